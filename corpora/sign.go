package corpora

// Sign is what a matcher looks for: the words of a mark, a recorded alias, or one picture. Rights and signs are many to
// many: NIKE is one sign of several registrations, and one registration has its words, its aliases and its pictures.
type Sign struct {
	Text  string // as recorded; "" for a picture
	Lang  string // BCP 47 of an alias, "" when not recorded
	Image Image  // zero for words
	Kind  RightKind
	Form  Form
}

// Role says what a sign is to one of its rights.
type Role uint8

// The roles, in order of strength.
const (
	RoleName    Role = iota // the words of the right itself
	RoleAlias               // another recorded name, with language and source
	RolePicture             // a picture of the right
)
