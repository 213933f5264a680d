package account

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"hongniang/internal/errs"
)

// NewUser is a user to be added.
type NewUser struct {
	Login    string
	Mobile   string // may be empty
	Name     string
	Role     Role
	Org      string // code of the own organisation; of the union for staff; may be empty for administrators and craftsmen
	Person   string // code of an expert, for providers
	Password string // empty: a one-time password is made
}

var loginPattern = regexp.MustCompile(`^[a-z0-9\p{Han}][a-z0-9\p{Han}._@-]{2,39}$`)

func (n *NewUser) clean() {
	n.Login, n.Mobile, n.Name = FoldLogin(n.Login), foldMobile(FoldLogin(n.Mobile)), strings.TrimSpace(n.Name)
	n.Org, n.Person = strings.TrimSpace(n.Org), strings.TrimSpace(n.Person)
}

// check gives the faults of a user's own fields; whether the organisation
// exists, and is a union for staff, the caller knows.
func (n NewUser) check() error {
	var f errs.Faults
	if !loginPattern.MatchString(n.Login) || strings.Trim(n.Login, "0123456789._@-") == "" {
		f.Add("login", "user.login", "账号名用 3 到 40 个小写字母、数字或汉字，至少有一个字母或汉字。", n.Login)
	}
	if n.Mobile != "" && !isMobile(n.Mobile) {
		f.Add("mobile", "user.mobile", "手机号应是 11 位数字。", "")
	}
	if name := []rune(n.Name); len(name) == 0 || len(name) > 40 {
		f.Add("name", "user.name", "请填写姓名，不超过 40 个字。", n.Name)
	}
	n.checkRole(&f)
	return f.Err()
}

func (n NewUser) checkRole(f *errs.Faults) {
	switch {
	case !n.Role.known():
		f.Add("role", "user.role", "没有这个角色；可用的有 enterprise 企业成员、provider 服务方成员、broker 红娘、leader 工会领导、administrator 管理员。", string(n.Role))
	case n.Role == Enterprise && n.Org == "":
		f.Add("org", "user.org", "企业成员要填所属企业的编号。", "")
	case (n.Role == Broker || n.Role == Leader) && n.Org == "":
		f.Add("org", "user.org", "红娘和工会领导要填所属工会的编号。", "")
	case n.Role == Provider && n.Org == "" && n.Person == "":
		f.Add("org", "user.org", "服务方成员要填所属单位的编号，或本人的专家编号。", "")
	case n.Role != Provider && n.Person != "":
		f.Add("person", "user.person", "只有服务方成员才填专家编号。", n.Person)
	}
}

// checkTies looks up the organisation and the person: staff belong to a union,
// others to something else.
func (s *Service) checkTies(ctx context.Context, n NewUser) error {
	if s.Directory == nil {
		return nil
	}
	var f errs.Faults
	if n.Org != "" {
		kind, err := s.Directory.OrganisationKind(ctx, n.Org)
		switch {
		case errs.Is(err, errs.NotFound):
			f.Add("org", "user.org_unknown", "没有这个编号的单位，请先登记单位，再填它的编号。", n.Org)
		case err != nil:
			return err
		case n.Role.Staff() && kind != "union":
			f.Add("org", "user.org_no_union", "红娘、工会领导和管理员所属的单位应是工会（单位类别为“工会”）。", n.Org)
		case !n.Role.Staff() && kind == "union":
			f.Add("org", "user.org_union", "企业成员和服务方成员所属的单位不能是工会。", n.Org)
		}
	}
	if n.Person != "" {
		err := s.Directory.HasPerson(ctx, n.Person)
		switch {
		case errs.Is(err, errs.NotFound):
			f.Add("person", "user.person_unknown", "没有这个编号的专家，请核对编号。", n.Person)
		case err != nil:
			return err
		}
	}
	return f.Err()
}

// AddUser adds a user. With an empty password it makes a one-time password,
// which must be changed at the first sign-in and is told nowhere else.
func (s *Service) AddUser(ctx context.Context, n NewUser) (u User, oneTime string, err error) {
	n.clean()
	if err := n.check(); err != nil {
		return u, "", err
	}
	if err := s.checkTies(ctx, n); err != nil {
		return u, "", err
	}
	password := n.Password
	if password == "" {
		if oneTime, err = s.oneTimePassword(); err != nil {
			return u, "", err
		}
		password = oneTime
	} else if err := checkPassword(password, n.Login, n.Mobile, n.Name); err != nil {
		return u, "", err
	}
	u, err = s.insert(ctx, n, password, oneTime != "")
	if err != nil {
		return u, "", err
	}
	s.Log.Info("user added", "user", u.Code, "role", string(u.Role))
	return u, oneTime, nil
}

// insert saves a checked user.
func (s *Service) insert(ctx context.Context, n NewUser, password string, mustChange bool) (User, error) {
	hash, err := s.Hasher.Hash(ctx, password)
	if err != nil {
		return User{}, err
	}
	id, err := s.word(12)
	if err != nil {
		return User{}, err
	}
	u := User{
		Code: "U" + id, Login: n.Login, Mobile: n.Mobile, Name: n.Name, PasswordHash: hash, Role: n.Role, Org: n.Org, Person: n.Person,
		MustChangePassword: mustChange, CreatedAt: s.now(), PasswordChangedAt: s.now(),
	}
	it, err := itemOf(u)
	if err != nil {
		return u, err
	}
	u.Rev = 1
	return u, s.Store.Insert(ctx, it)
}

// firstLogin is the login of the administrator that an empty store begins with.
const firstLogin = "admin"

// FirstAdministrator adds an administrator to a store in which nobody can act
// as one, such as an empty store, and answers its login and one-time password;
// both are empty when somebody can. Those whose codes are in but do not count.
func (s *Service) FirstAdministrator(ctx context.Context, but ...string) (login, oneTime string, err error) {
	found, err := s.hasAdministrator(ctx, but)
	if err != nil || found {
		return "", "", err
	}
	u, oneTime, err := s.AddUser(ctx, NewUser{Login: firstLogin, Name: "管理员", Role: Administrator})
	if errs.Is(err, errs.Conflict) { // another process was faster
		return "", "", nil
	}
	return u.Login, oneTime, err
}

// UserChange is what an administrator changes of a user; nil keeps.
type UserChange struct {
	Mobile   *string
	Name     *string
	Role     *Role
	Org      *string
	Person   *string
	Disabled *bool
}

// ChangeUser changes a user and ends what that makes wrong: a user who is
// disabled, or becomes somebody else, is signed out. Errors: Invalid with
// fields; user.last_administrator when no administrator would be left.
func (s *Service) ChangeUser(ctx context.Context, code string, c UserChange) (User, error) {
	if err := s.keepsAdministrator(ctx, code, c); err != nil {
		return User{}, err
	}
	signOut := false
	u, err := s.change(ctx, code, func(u *User) error {
		n := NewUser{Login: u.Login, Mobile: u.Mobile, Name: u.Name, Role: u.Role, Org: u.Org, Person: u.Person}
		set(&n.Mobile, c.Mobile)
		set(&n.Name, c.Name)
		set(&n.Role, c.Role)
		set(&n.Org, c.Org)
		set(&n.Person, c.Person)
		n.clean()
		if err := n.check(); err != nil {
			return err
		}
		if err := s.checkTies(ctx, n); err != nil {
			return err
		}
		signOut = c.Disabled != nil && *c.Disabled || n.Role != u.Role || n.Org != u.Org || n.Person != u.Person
		u.Mobile, u.Name, u.Role, u.Org, u.Person = n.Mobile, n.Name, n.Role, n.Org, n.Person
		set(&u.Disabled, c.Disabled)
		if !u.Role.Staff() {
			u.TOTPSecret, u.TOTPPending, u.TOTPStep = "", "", 0
		}
		if signOut {
			u.Epoch++
		}
		return nil
	})
	if err != nil {
		return u, err
	}
	s.Log.Info("user changed", "user", code, "role", string(u.Role), "disabled", u.Disabled)
	if signOut {
		err = s.deleteOwned(ctx, KindSession, code)
	}
	return u, err
}

func set[T any](into *T, value *T) {
	if value != nil {
		*into = *value
	}
}

// keepsAdministrator refuses to lock everybody out.
func (s *Service) keepsAdministrator(ctx context.Context, code string, c UserChange) error {
	stays := (c.Disabled == nil || !*c.Disabled) && (c.Role == nil || *c.Role == Administrator)
	if stays {
		return nil
	}
	target, err := s.User(ctx, code)
	if err != nil || target.Role != Administrator || target.Disabled {
		return err
	}
	found, err := s.hasAdministrator(ctx, []string{code})
	if err == nil && !found {
		err = errs.New(errs.Conflict, "user.last_administrator", "这是最后一个可用的管理员，不能停用或改成别的角色。请先添加另一位管理员。")
	}
	return err
}

// hasAdministrator looks for an administrator who can sign in and is not one of
// but.
func (s *Service) hasAdministrator(ctx context.Context, but []string) (bool, error) {
	for after := ""; ; {
		users, err := s.Users(ctx, after, 100)
		if err != nil || len(users) == 0 {
			return false, err
		}
		for _, u := range users {
			after = u.Code
			if u.Role == Administrator && !u.Disabled && !slices.Contains(but, u.Code) {
				return true, nil
			}
		}
	}
}

// ResetPassword gives a user a new one-time password, switches the second
// factor off, ends every session and withdraws every API token.
func (s *Service) ResetPassword(ctx context.Context, code string) (oneTime string, err error) {
	if oneTime, err = s.oneTimePassword(); err != nil {
		return "", err
	}
	hash, err := s.Hasher.Hash(ctx, oneTime)
	if err != nil {
		return "", err
	}
	u, err := s.change(ctx, code, func(u *User) error {
		u.PasswordHash, u.MustChangePassword, u.PasswordChangedAt = hash, true, s.now()
		u.TOTPSecret, u.TOTPPending, u.TOTPStep = "", "", 0
		u.Epoch++
		return nil
	})
	if err != nil {
		return "", err
	}
	s.Log.Info("password reset", "user", code)
	for _, kind := range []ItemKind{KindSession, KindToken} {
		if err := s.deleteOwned(ctx, kind, code); err != nil {
			return "", err
		}
	}
	return oneTime, s.Store.Delete(ctx, KindAttempt, loginKey(u.Login))
}
