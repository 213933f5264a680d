package account

// Action is something that can be done, dotted, object first.
type Action string

// The actions. Rules says who may do each, and what it is in words.
const (
	CatalogueRead Action = "catalogue.read"
	MatchRun      Action = "match.run"
	ServiceStatus Action = "service.status"
	SessionCreate Action = "session.create"
	Register      Action = "organisation.register"

	AccountRead   Action = "account.read"
	AccountSelf   Action = "account.self"
	AccountTokens Action = "account.tokens"
	NoticeRead    Action = "notice.read"
	NoticeChoose  Action = "notice.choose"
	LettersOff    Action = "letters.off"
	SearchSave    Action = "search.save"

	NeedReadWhole Action = "need.read_confidential"
	NeedCreate    Action = "need.create"
	NeedEdit      Action = "need.edit"
	NeedReview    Action = "need.review"
	NeedPublish   Action = "need.publish"

	ResultReadWhole       Action = "result.read_whole"
	ResultEdit            Action = "result.edit"
	PatentReadWhole       Action = "patent.read_whole"
	PatentEdit            Action = "patent.edit"
	PersonReadWhole       Action = "person.read_whole"
	PersonEdit            Action = "person.edit"
	StudioReadWhole       Action = "studio.read_whole"
	StudioEdit            Action = "studio.edit"
	OrganisationReadWhole Action = "organisation.read_whole"
	OrganisationCreate    Action = "organisation.create"
	OrganisationEdit      Action = "organisation.edit"
	RecordPublish         Action = "record.publish"
	RecordHistory         Action = "record.history"
	RecordConfirm         Action = "record.confirm"

	ClaimRequest Action = "claim.request"
	ClaimDecide  Action = "claim.decide"

	MatchVerdict Action = "match.verdict"
	VerdictRead  Action = "match.verdict_read"
	OfferMake    Action = "offer.make"
	OfferRead    Action = "offer.read"

	IntroductionRead     Action = "introduction.read"
	IntroductionCreate   Action = "introduction.create"
	IntroductionStep     Action = "introduction.step"
	IntroductionRelease  Action = "introduction.release"
	IntroductionContract Action = "introduction.contract"
	IntroductionBenefit  Action = "introduction.benefit"
	IntroductionVerify   Action = "introduction.verify"
	IntroductionHandover Action = "introduction.handover"
	IntroductionAnswer   Action = "introduction.answer"

	CampaignRead Action = "campaign.read"
	CampaignRun  Action = "campaign.run"
	ReportRead   Action = "report.read"
	GroupRead    Action = "group.read"
	GroupEdit    Action = "group.edit"

	ReviewRead   Action = "review.read"
	ReviewRun    Action = "review.run"
	ReviewApply  Action = "review.apply"
	ReviewScore  Action = "review.score"
	ReviewObject Action = "review.object"

	PersonalExport Action = "personal.export"
	PersonalDelete Action = "personal.delete"

	FileImport        Action = "file.import"
	FileExportPublic  Action = "file.export_public"
	FileExportWhole   Action = "file.export_confidential"
	FeedRead          Action = "feed.read"
	IndexRebuild      Action = "index.rebuild"
	LexiconEdit       Action = "lexicon.edit"
	BackupMake        Action = "backup.make"
	MailTest          Action = "mail.test"
	UserRead          Action = "user.read"
	UserEdit          Action = "user.edit"
	ServiceStatistics Action = "service.statistics"
	ServiceMetrics    Action = "service.metrics"
)

// Rule is one line of the table of permissions.
type Rule struct {
	Action Action
	What   string // in words, for docs/permissions.md
	Grant  Grant  // which grant an API token needs, unless the scope is Public
	Scopes map[Role]Scope
}

// Rules gives the table of permissions, in the order in which it is printed.
func Rules() []Rule { return rules }

func ruleOf(action Action) (Rule, bool) {
	for _, r := range rules {
		if r.Action == action {
			return r, true
		}
	}
	return Rule{}, false
}

// row spells the scopes of the roles in the order of Roles.
func row(visitor, enterprise, provider, broker, leader, administrator Scope) map[Role]Scope {
	return map[Role]Scope{
		Visitor: visitor, Enterprise: enterprise, Provider: provider, Broker: broker, Leader: leader, Administrator: administrator,
	}
}

// rules is a compiled table: who may do what, and nothing else in the program
// says so.
var rules = []Rule{ //                                             visitor enterprise provider broker leader administrator
	{CatalogueRead, "Search, list and read public views; pages of help", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{MatchRun, "Match a pasted text, or the public part of a saved need", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{ServiceStatus, "Health, version and state of the service; the API's description", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{SessionCreate, "Sign in and sign out", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{Register, "Register an enterprise with its first account", GrantRead, row(Public, None, None, None, None, None)},
	{AccountRead, "See who one is, and what one may do", GrantRead, row(None, Own, Own, Own, Own, Own)},
	{AccountSelf, "The own account: password, second factor, sessions", GrantAdmin, row(None, Own, Own, Own, Own, Own)},
	{AccountTokens, "API tokens of the own account", GrantAdmin, row(None, Own, Own, Own, Own, Own)},
	{NoticeRead, "Read what one was told, and mark it as read", GrantRead, row(None, Own, Own, Own, Own, Own)},
	{NoticeChoose, "Choose what one is told, and by which mail address", GrantAdmin, row(None, Own, Own, Own, Own, Own)},
	{SearchSave, "Save searches, and be told of what they find anew", GrantAdmin, row(None, Own, Own, Own, Own, Own)},
	{LettersOff, "Turn letters off, or confirm a mail address, by a signed link", GrantRead, row(Public, Public, Public, Public, Public, Public)},

	{NeedReadWhole, "Read a need whole: confidential detail, firm, contact, drafts", GrantRead, row(None, Own, None, Subtree, Subtree, All)},
	{NeedCreate, "Enter a need", GrantWrite, row(None, Own, None, Subtree, None, All)},
	{NeedEdit, "Change, withdraw, delete and restore a need", GrantWrite, row(None, Own, None, Subtree, None, All)},
	{NeedReview, "Review a need: return or reject it with a reason", GrantWrite, row(None, None, None, Subtree, None, All)},
	{NeedPublish, "Publish a need and move it on", GrantWrite, row(None, None, None, Subtree, None, All)},
	{ResultReadWhole, "Read a result whole, drafts too", GrantRead, row(None, Own, Own, Subtree, Subtree, All)},
	{ResultEdit, "Enter and change a result", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{PatentReadWhole, "Read a patent whole, drafts too", GrantRead, row(None, Own, Own, Subtree, Subtree, All)},
	{PatentEdit, "Enter and change a patent", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{PersonReadWhole, "Read a person whole: contact, birth, consent", GrantRead, row(None, None, Own, Subtree, Subtree, All)},
	{PersonEdit, "Enter and change a person", GrantWrite, row(None, None, Own, Subtree, None, All)},
	{StudioReadWhole, "Read a studio whole, contact too", GrantRead, row(None, Own, Own, Subtree, Subtree, All)},
	{StudioEdit, "Enter and change a studio", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{OrganisationReadWhole, "Read an organisation whole: contact, competitors", GrantRead, row(None, Own, Own, Subtree, Subtree, All)},
	{OrganisationCreate, "Enter an organisation", GrantWrite, row(None, None, None, Subtree, None, All)},
	{OrganisationEdit, "Change an organisation", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{RecordPublish, "Publish a record that is no need", GrantWrite, row(None, None, None, Subtree, None, All)},
	{RecordConfirm, "Confirm those whom somebody else's firm named in a record: oneself, or as staff all", GrantWrite, row(None, None, Own, Subtree, None, All)},
	{RecordHistory, "See who changed a record, and when", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{ClaimRequest, "Claim to be a person, or a studio's leader, whom staff entered", GrantWrite, row(Public, None, Public, None, None, None)},
	{ClaimDecide, "Grant or refuse such a claim", GrantWrite, row(None, None, None, Subtree, None, All)},

	{MatchVerdict, "Judge the candidates of a need", GrantWrite, row(None, None, None, Subtree, None, All)},
	{VerdictRead, "Read what brokers said of the candidates of a need", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{OfferMake, "Say of one's own accord that one can help with a public need", GrantWrite, row(None, None, Own, None, None, None)},
	{OfferRead, "See who offered to help with a need", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{IntroductionRead, "Read an introduction, as far as was released", GrantRead, row(None, Own, Own, Subtree, Subtree, All)},
	{IntroductionCreate, "Begin an introduction", GrantWrite, row(None, None, None, Subtree, None, All)},
	{IntroductionStep, "Take the own side's steps, write messages and visits", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{IntroductionRelease, "Release names, contacts and confidential text to the other side", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{IntroductionContract, "Record the contract and its registration", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{IntroductionBenefit, "Claim benefits and rewards", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{IntroductionVerify, "Verify or dispute benefits", GrantWrite, row(None, None, None, Subtree, None, All)},
	{IntroductionHandover, "Hand the cases of one broker to another", GrantWrite, row(None, None, None, Subtree, None, All)},
	{IntroductionAnswer, "Answer an invitation by its signed link", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{CampaignRead, "Read campaigns and their proposals", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{CampaignRun, "Plan and confirm campaigns", GrantWrite, row(None, None, None, Subtree, None, All)},
	{GroupRead, "Read common needs with their needs", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{GroupEdit, "Confirm, change, split and merge common needs", GrantWrite, row(None, None, None, Subtree, None, All)},
	{ReviewRead, "Read a judging of results: applications, jurors, from the ranking on also points", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{ReviewRun, "Call for results, name jurors, rank, post, announce", GrantWrite, row(None, None, None, Subtree, None, All)},
	{ReviewApply, "Hand a result in to a call, and take it back", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{ReviewScore, "Judge as a juror who was named", GrantWrite, row(None, Own, Own, Own, None, None)},
	{ReviewObject, "Object to a prize during the public notice", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{ReportRead, "Reports and the figures of the programme", GrantRead, row(None, None, None, Subtree, Subtree, All)},

	{PersonalExport, "Give a person all data kept about him", GrantRead, row(None, None, Own, Subtree, None, All)},
	{PersonalDelete, "Delete a person's data on request", GrantAdmin, row(None, None, None, Subtree, None, All)},
	{FileExportPublic, "Empty forms, and files of public views", GrantRead, row(Public, Public, Public, Public, Public, Public)},
	{FileExportWhole, "Files with confidential text", GrantRead, row(None, None, None, Subtree, Subtree, All)},
	{FileImport, "Import files of records that one may enter", GrantWrite, row(None, Own, Own, Subtree, None, All)},
	{FeedRead, "The feed of all changes", GrantAdmin, row(None, None, None, None, None, All)},
	{ServiceStatistics, "Counts of records of every state", GrantRead, row(None, None, None, None, None, All)},
	{ServiceMetrics, "Measurements of the service, from another machine", GrantAdmin, row(None, None, None, None, None, All)},
	{IndexRebuild, "Rebuild the search index", GrantAdmin, row(None, None, None, None, None, All)},
	{LexiconEdit, "Try out and change synonyms and the user dictionary", GrantAdmin, row(None, None, None, None, None, All)},
	{BackupMake, "Make, check and download backups, which hold everything", GrantAdmin, row(None, None, None, None, None, All)},
	{MailTest, "Send a letter to see whether mail works", GrantAdmin, row(None, None, None, None, None, All)},
	{UserRead, "List users; mobile numbers are masked", GrantAdmin, row(None, None, None, None, None, All)},
	{UserEdit, "Add, change and disable users, give new one-time passwords", GrantAdmin, row(None, None, None, None, None, All)},
}

// readWhole and edit name the actions on the kinds of the catalogue.
var (
	readWhole = map[string]Action{
		"need": NeedReadWhole, "result": ResultReadWhole, "patent": PatentReadWhole,
		"expert": PersonReadWhole, "studio": StudioReadWhole, "organisation": OrganisationReadWhole,
	}
	edit = map[string]Action{
		"need": NeedEdit, "result": ResultEdit, "patent": PatentEdit,
		"expert": PersonEdit, "studio": StudioEdit, "organisation": OrganisationEdit,
	}
)

// ReadWhole gives the action of reading a record of a catalogue kind (such as
// "need") whole; "" for an unknown kind, which nobody may.
func ReadWhole(kind string) Action { return readWhole[kind] }

// Edit gives the action of changing a record of a catalogue kind.
func Edit(kind string) Action { return edit[kind] }

// Create gives the action of entering a record of a catalogue kind.
func Create(kind string) Action {
	switch kind {
	case "need":
		return NeedCreate
	case "organisation":
		return OrganisationCreate
	}
	return edit[kind]
}

// Publish gives the action of making a record of a catalogue kind public.
func Publish(kind string) Action {
	if kind == "need" {
		return NeedPublish
	}
	return RecordPublish
}
