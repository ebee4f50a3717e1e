package browser

import "context"

// Device is what the browser knows of the device and keeps on it for this
// origin. Its zero value is ready.
type Device struct{}

// Install is how this program can be put among the apps of the device.
type Install string

// Installed: it runs as one. ByPrompt: the browser asks, when PromptInstall is
// called. ByShare: from the share menu of an iPhone or iPad. ByDock: from
// Safari's menu on a Mac. ByMenu: from the menu of a browser that does not say
// so. The empty Install: not at all, as far as is known.
const (
	Installed Install = "installed"
	ByPrompt  Install = "prompt"
	ByShare   Install = "share"
	ByDock    Install = "dock"
	ByMenu    Install = "menu"
)

// Room is what is kept on the device.
type Room struct {
	Used int64 // bytes
	// Lasting says that the browser does not clear it by itself when the
	// device runs out of room.
	Lasting bool
}

// check fails to compile where the two builds' devices differ.
var _ interface {
	Install() Install
	PromptInstall()
	Room(context.Context) (Room, error)
	Persist(context.Context) (bool, error)
	DropProgram(context.Context) error
	StartOver()
} = Device{}
