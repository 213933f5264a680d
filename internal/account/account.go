// Package account knows who uses the service and what each may do: users and
// their roles, sessions, API tokens, sign-in with its guard against guessing,
// and the one table of permissions (see Rules) that all code asks and
// docs/permissions.md prints.
//
// It keeps nothing itself: a Store does. Clock and randomness are injected.
package account

import "time"

// Role is what somebody is to the programme.
type Role string

// The roles. A visitor is nobody who signed in; every User has one of the rest.
const (
	Visitor       Role = "visitor"       // the public
	Enterprise    Role = "enterprise"    // a member of a firm that has needs
	Provider      Role = "provider"      // a member of a university, institute or studio, or a craftsman
	Broker        Role = "broker"        // union staff who carry introductions (红娘)
	Leader        Role = "leader"        // union leaders: read and report
	Administrator Role = "administrator" // looks after the installation
)

// Roles lists every role, the visitor first, in the order of the table.
func Roles() []Role {
	return []Role{Visitor, Enterprise, Provider, Broker, Leader, Administrator}
}

// Label is the role in Chinese.
func (r Role) Label() string {
	switch r {
	case Enterprise:
		return "企业成员"
	case Provider:
		return "服务方成员"
	case Broker:
		return "红娘"
	case Leader:
		return "工会领导"
	case Administrator:
		return "管理员"
	}
	return "访客"
}

// Staff tells whether the role acts for a union: such a user's Org is a union,
// and he may use a second factor.
func (r Role) Staff() bool { return r == Broker || r == Leader || r == Administrator }

func (r Role) known() bool {
	switch r {
	case Enterprise, Provider, Broker, Leader, Administrator:
		return true
	}
	return false
}

// User is one account. Its secrets never leave the package by JSON answers:
// what others are shown of a user is a Profile.
type User struct {
	Code               string    `json:"code"`             // given once, never changed; "U" and 12 characters
	Login              string    `json:"login"`            // 3 to 40 characters, folded, with at least one letter
	Mobile             string    `json:"mobile,omitempty"` // 11 digits, signs in as well as Login
	Name               string    `json:"name"`             // signs changes
	PasswordHash       string    `json:"password_hash"`    // argon2id, PHC string
	Role               Role      `json:"role"`
	Org                string    `json:"org,omitempty"`    // code of the own organisation; of the union for staff
	Person             string    `json:"person,omitempty"` // code of the expert that a provider is
	Disabled           bool      `json:"disabled,omitempty"`
	MustChangePassword bool      `json:"must_change_password,omitempty"`
	TOTPSecret         string    `json:"totp_secret,omitempty"`  // base32; empty: no second factor
	TOTPPending        string    `json:"totp_pending,omitempty"` // a secret that was shown and not confirmed
	TOTPStep           int64     `json:"totp_step,omitempty"`    // the last time step that was used, so that no code works twice
	Epoch              int64     `json:"epoch,omitempty"`        // sessions of an earlier one are over
	CreatedAt          time.Time `json:"created_at"`
	PasswordChangedAt  time.Time `json:"password_changed_at,omitzero"`
	LastSignInAt       time.Time `json:"last_sign_in_at,omitzero"`
	Rev                int64     `json:"-"` // revision in the store, from 1
}

// Profile is what is shown of a user: no secret, and a masked mobile number.
type Profile struct {
	Code               string    `json:"code"`
	Login              string    `json:"login"`
	Mobile             string    `json:"mobile,omitempty" doc:"Masked"`
	Name               string    `json:"name"`
	Role               Role      `json:"role" enum:"visitor,enterprise,provider,broker,leader,administrator"`
	RoleLabel          string    `json:"role_label"`
	Org                string    `json:"org,omitempty" doc:"Code of the own organisation; of the union for staff"`
	Person             string    `json:"person,omitempty" doc:"Code of the expert that a provider is"`
	Disabled           bool      `json:"disabled,omitempty"`
	MustChangePassword bool      `json:"must_change_password,omitempty"`
	SecondFactor       bool      `json:"second_factor,omitempty"`
	CreatedAt          time.Time `json:"created_at"`
	LastSignInAt       time.Time `json:"last_sign_in_at,omitzero"`
}

// Profile gives what may be shown of the user.
func (u User) Profile() Profile {
	return Profile{
		Code: u.Code, Login: u.Login, Mobile: MaskMobile(u.Mobile), Name: u.Name, Role: u.Role, RoleLabel: u.Role.Label(), Org: u.Org, Person: u.Person,
		Disabled: u.Disabled, MustChangePassword: u.MustChangePassword, SecondFactor: u.TOTPSecret != "", CreatedAt: u.CreatedAt, LastSignInAt: u.LastSignInAt,
	}
}

// Actor gives what permissions are decided on.
func (u User) Actor() Actor {
	return Actor{User: u.Code, Name: u.Name, Role: u.Role, Org: u.Org, Person: u.Person, Restricted: u.MustChangePassword}
}

// Actor is who asks for something: a user without his secrets, or a visitor.
// The zero Actor is a visitor.
type Actor struct {
	User       string  // code; "" for visitors and for the operator's token
	Name       string  // signs changes
	Role       Role    // "" counts as Visitor
	Org        string  // code of the own organisation or, for staff, the union
	Person     string  // code of the expert that a provider is
	Restricted bool    // must change the password before anything else
	Grants     []Grant // what an API token is limited to; nil: no limit
}

// SignedIn tells whether the actor is somebody known.
func (a Actor) SignedIn() bool { return a.role() != Visitor }

// Signature is how the actor signs a change, in Chinese.
func (a Actor) Signature() string {
	if a.Name != "" {
		return a.Name
	}
	return a.role().Label()
}

func (a Actor) role() Role {
	if a.Role.known() {
		return a.Role
	}
	return Visitor
}

// Operator is the actor behind the token that lies in the data directory: the
// machine's own administrator, who has no account.
func Operator() Actor { return Actor{Name: "运维令牌", Role: Administrator} }
