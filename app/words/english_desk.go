package words

// deskEnglish gives the texts of the supervisors' screens. They are made by a
// function, so that a program without AddDesk does not contain them.
func deskEnglish() map[Key]string {
	return map[Key]string{
		DeskTitle:       "Team",
		DeskDeniedTitle: "This page is for supervisors",
		DeskDeniedText:  "Owners of a team see it here, and members whom your administrator has named. Ask them if you should be one.",
	}
}
