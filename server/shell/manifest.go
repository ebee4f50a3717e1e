package shell

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	_ "image/jpeg" // pictures of screens
	_ "image/png"  // icons
	"path"
	"strings"

	"timeclock/app/clock"
	screens "timeclock/app/page"
	"timeclock/app/wire"
	"timeclock/app/words"
	"timeclock/web"
)

// The colours of the browser's own frame: the grounds of web/css/tokens.css.
const (
	colourLight = "#faf5ec"
	colourDark  = "#12100d"
)

// manifest is a web application manifest (W3C, Web Application Manifest).
type manifest struct {
	ID          string         `json:"id"`
	Name        string         `json:"name"`
	ShortName   string         `json:"short_name"`
	Description string         `json:"description"`
	Lang        string         `json:"lang"`
	Dir         string         `json:"dir"`
	Categories  []string       `json:"categories"`
	StartURL    string         `json:"start_url"`
	Scope       string         `json:"scope"`
	Display     string         `json:"display"`
	Theme       string         `json:"theme_color"`      // in the dark, the page's meta element
	Background  string         `json:"background_color"` // while it opens
	Icons       []manifestIcon `json:"icons"`
	Screenshots []manifestShot `json:"screenshots,omitempty"`
	Shortcuts   []shortcut     `json:"shortcuts"`
}

// manifestShot is a picture of a screen, shown where the app is offered.
type manifestShot struct {
	Src   string `json:"src"`
	Type  string `json:"type"`
	Sizes string `json:"sizes"`
	Form  string `json:"form_factor"` // "narrow" or "wide"
	Label string `json:"label"`
}

// shortcut opens a screen from the icon of the installed app. One that names a
// press opens the clock with that press chosen; it never presses.
type shortcut struct {
	Name  string         `json:"name"`
	URL   string         `json:"url"`
	Icons []manifestIcon `json:"icons"`
}

type manifestIcon struct {
	Src     string `json:"src"`
	Type    string `json:"type"`
	Sizes   string `json:"sizes"`
	Purpose string `json:"purpose"`
}

func renderManifest(assets *web.Assets, book *words.Book) ([]byte, error) {
	name := book.T(words.AppName)
	icons, err := manifestIcons(assets)
	if err != nil {
		return nil, err
	}
	shots, err := manifestShots(assets, book.T(words.NavClock))
	if err != nil {
		return nil, err
	}
	shortcuts, err := shortcutsOf(assets, book)
	if err != nil {
		return nil, err
	}
	return json.MarshalIndent(manifest{
		ID: "/", Name: name, ShortName: name, Lang: book.Lang, Dir: book.Dir,
		Description: book.T(words.PageDescription), Categories: []string{"business", "productivity"},
		StartURL: "/", Scope: "/", Display: "standalone",
		Theme: colourLight, Background: colourLight,
		Icons: icons, Screenshots: shots,
		Shortcuts: shortcuts,
	}, "", "  ")
}

// shortcutsOf lists the shortcuts; the icon of each bears its name.
func shortcutsOf(assets *web.Assets, book *words.Book) ([]shortcut, error) {
	press := func(k clock.Kind) string { return screens.PathClock + "?" + wire.ParamPress + "=" + string(k) }
	var all []shortcut
	for _, s := range []struct{ icon, name, url string }{
		{string(clock.ClockIn), book.Act(clock.ClockIn), press(clock.ClockIn)},
		{string(clock.ClockOut), book.Act(clock.ClockOut), press(clock.ClockOut)},
		{"hours", book.T(words.PageHours), screens.PathHistory},
	} {
		made := shortcut{Name: s.name, URL: s.url, Icons: []manifestIcon{}}
		if a := assets.Named(web.Shortcuts + s.icon + ".png"); a != nil {
			sizes, err := sizesOf(a)
			if err != nil {
				return nil, fmt.Errorf("icon %s: %w", a.Name, err)
			}
			made.Icons = append(made.Icons, manifestIcon{Src: a.Path, Type: a.Type, Sizes: sizes, Purpose: "any"})
		}
		all = append(all, made)
	}
	return all, nil
}

// manifestShots lists the pictures of screens; the file's name tells which form
// of device each is of.
func manifestShots(assets *web.Assets, label string) ([]manifestShot, error) {
	var shots []manifestShot
	for _, a := range assets.All() {
		base, isShot := strings.CutPrefix(a.Name, web.Shots)
		if !isShot {
			continue
		}
		sizes, err := sizesOf(a)
		if err != nil {
			return nil, fmt.Errorf("picture %s: %w", a.Name, err)
		}
		form := "wide"
		if strings.Contains(base, "narrow") {
			form = "narrow"
		}
		shots = append(shots, manifestShot{a.Path, a.Type, sizes, form, label})
	}
	return shots, nil
}

// manifestIcons lists the icons with what each is for, which the file's name
// tells.
func manifestIcons(assets *web.Assets) ([]manifestIcon, error) {
	icons := []manifestIcon{}
	for _, a := range assets.All() {
		base, isIcon := strings.CutPrefix(a.Name, "icons/")
		if !isIcon || strings.HasPrefix(base, "apple-") || strings.HasPrefix(base, "favicon") || strings.HasPrefix(a.Name, web.Shortcuts) {
			continue
		}
		sizes, err := sizesOf(a)
		if err != nil {
			return nil, fmt.Errorf("icon %s: %w", a.Name, err)
		}
		icons = append(icons, manifestIcon{Src: a.Path, Type: a.Type, Sizes: sizes, Purpose: purposeOf(base)})
	}
	return icons, nil
}

func purposeOf(base string) string {
	for _, purpose := range []string{"maskable", "monochrome"} {
		if strings.Contains(base, purpose) {
			return purpose
		}
	}
	return "any"
}

func sizesOf(a *web.Asset) (string, error) {
	if path.Ext(a.Name) == ".svg" {
		return "any", nil
	}
	body, _, err := a.Open(web.Identity)
	if err != nil {
		return "", err
	}
	var data bytes.Buffer
	if _, err := data.ReadFrom(body); err != nil {
		return "", err
	}
	config, _, err := image.DecodeConfig(&data)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf("%dx%d", config.Width, config.Height), nil
}
