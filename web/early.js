// The early script: what the page can do before the program runs. It starts the
// program's download, learns who is here, and takes presses of the page's form
// as the program would, so that none has to wait for it and none is made twice.
// The program finds what was stored when it starts, and hears of what is stored
// after. A press that cannot be kept here goes the form's own way, to the
// server; so does every press once the program has ended by itself.
//
// The server puts its values in place of the names in capitals.
const PROGRAM = __PROGRAM__;
const VERSION = __VERSION__;
const TEXTS = JSON.parse(document.getElementById(__TEXTS__).textContent);

const STYLE = { timeStyle: "short", calendar: "gregory", numberingSystem: "latn" };
const MOMENT = 250; // ms the program may wait for that
const FRESH = 2000; // ms for which an answer says that there is a network
const PATIENCE = [2000, 5000, 15000, 60000]; // ms between attempts to send

let running = false; // the program draws the page now
let ended = false; // the program ended by itself
let anchor = null; // the server's time, tied to the clocks of this device
let here = null; // who is here and where: see learn
let lastTap = -Infinity; // by performance.now, of the last press taken here
let asked = null; // the question who is here, once it was asked
let heard = -Infinity; // when the server last answered, by performance.now

const program = fetch(PROGRAM);
program.catch(() => {}); // go-app's script reports it

// timeclock is what go-app's script and the program know of this one.
self.timeclock = {
  version: VERSION,
  // program gives the download to its first user; the next fetches anew. To
  // compile and start the program keeps the page busy, so who is here is learned
  // first, if that takes but a moment: it costs the program nothing that shows.
  program() {
    self.timeclock.program = () => fetch(PROGRAM);
    const moment = new Promise((resolve) => setTimeout(resolve, MOMENT));
    return Promise.race([known, moment]).then(() => program);
  },
  // started is told when the program runs, with the promise of its end.
  started(end) {
    running = true;
    end.then(() => { ended = true; });
    const worker = navigator.serviceWorker && navigator.serviceWorker.controller;
    if (worker) worker.postMessage({ kind: "started", version: VERSION, language: TEXTS.lang });
  },
};

// learn takes who is here out of an answer of the server, fresh or remembered.
// There is nobody when no team can be told.
function learn({ me, team, cards, asOf, waiting }) {
  let chosen = "";
  try { chosen = localStorage.getItem(RULES.team) || ""; } catch { /* denied */ }
  const teams = me.teams || [];
  const found = teams.find(({ id }) => id === (chosen || team)) || teams.find(({ id }) => id === team);
  here = { id: me.person.id, name: me.person.name };
  if (!found || !found.clock) return;
  here.team = found.id;
  here.zone = found.zone;
  if (team !== found.id || !asOf) return;
  here.state = stateOf(cards || []);
  for (const receipt of waiting || []) {
    if (receipt.team === team && receipt.status !== RULES.conflicted) move(receipt.kind);
  }
}

// move goes on to the state after a press, if that may follow.
function move(kind) {
  if (here.state && RULES.allowed[here.state].includes(kind)) here.state = RULES.after[kind];
}

// stateOf is clock.StateOf.
function stateOf(cards) {
  const open = cards.filter((card) => card.in && !card.out).sort((a, b) => a.in.at - b.in.at).pop();
  if (!open) return "clockedOut";
  return (open.breaks || []).some((pause) => !pause.end) ? "onBreak" : "clockedIn";
}

// recall learns who is here from what the program remembered. The server is
// asked when that says nothing.
async function recall() {
  try {
    const last = parse((await load(RULES.memory))[RULES.memoryClock]);
    const expires = last.clock.me.expires;
    if (!last.ended && !(expires && expires <= Date.now())) {
      learn(last.clock);
      await applyWaiting();
    }
  } catch { /* as if nothing were remembered */ }
  if (!here || !here.team) await inquire();
}

// applyWaiting moves the state on by the presses that are not on the cards yet.
async function applyWaiting() {
  for (const { entry } of entriesOf(await load(RULES.presses))) {
    const own = entry.person === here.id && entry.punch.team === here.team && !entry.refused;
    const disputed = entry.answer && entry.answer.status === RULES.conflicted;
    if (own && !disputed) move(entry.punch.kind);
  }
}

// inquire asks the server who is here, once; a question that got no answer may
// be asked again. It gives the person's id, "" for nobody, or null for no
// answer.
function inquire() {
  asked = asked || question().catch(() => null).then((who) => {
    if (who === null) asked = null;
    return who;
  });
  return asked;
}

async function question() {
  const sent = performance.now();
  const answer = await ask(RULES.clock, {});
  const body = await answer.json();
  heard = performance.now();
  if (answer.status === 401 && body.code === RULES.signedOut) return "";
  if (!answer.ok || !body.me.person.id || !body.me.now) return null;
  const half = (performance.now() - sent) / 2;
  anchor = { server: body.me.now + half, bound: half + 1, mono: performance.now(), date: Date.now() };
  learn(body);
  if (!running) remember(body).catch(() => {});
  await applyWaiting();
  return body.me.person.id;
}

// remember keeps an answer as the program does, which shows it as soon as it
// starts and need not wait for its own.
function remember(clock) {
  return update(RULES.memory, () => ({ [RULES.memoryClock]: { clock } }));
}

// stampAt is outbox.Watch.Stamp, for moments before the anchor too: such a
// press was made while the answer was on its way. A device that slept or was
// set between the two makes the difference doubtful, either way.
function stampAt(anchor, mono, date) {
  if (!anchor) return { at: date, bound: RULES.deviceBound, trust: RULES.device };
  const age = mono - anchor.mono;
  const skew = date - anchor.date - age;
  const doubt = age < 0 ? Math.min(0, skew) : Math.max(0, skew);
  const moved = Math.abs(doubt) > RULES.movedBy;
  return {
    at: Math.floor(anchor.server + age + (moved ? doubt : 0)),
    bound: Math.ceil(anchor.bound + Math.abs(age) * RULES.drift + Math.abs(doubt)),
    trust: moved ? RULES.device : RULES.anchored,
  };
}

// A press by the form. The note leaves the field at once, so that the program,
// which adopts what it finds there, does not take it a second time.
addEventListener("submit", (event) => {
  const form = event.target, button = event.submitter;
  if (form.id !== "press" || ended || !button || !RULES.after[button.value]) return;
  event.preventDefault();
  const tap = { id: newID(), kind: button.value, mono: performance.now(), date: Date.now() };
  tap.seen = !running && here && here.state || "";
  const field = form.querySelector("textarea");
  tap.note = field ? field.value.trim() : "";
  if (field) field.value = "";
  lastTap = tap.mono;
  take(tap).catch(() => say(TEXTS.refused, TEXTS.again));
}, true);

// What is tapped within a moment of a press is its second tap, whatever button
// has come under the finger.
addEventListener("click", (event) => {
  const again = event.target.closest && event.target.closest("#press button");
  if (!again || performance.now() - lastTap >= RULES.sameTap) return;
  event.preventDefault();
  event.stopImmediatePropagation();
}, true);

performance.mark("timeclock:listening");

// take keeps a press and has it sent.
async function take(tap) {
  await known;
  if (!here || !here.team) return sendForm(tap);
  const punch = { id: tap.id, team: here.team, kind: tap.kind, ...stampAt(anchor, tap.mono, tap.date) };
  if (tap.seen) punch.seen = tap.seen;
  if (tap.note) punch.note = tap.note;
  const person = here.id;
  let entry;
  try {
    entry = await store(person, punch, tap.date);
  } catch {
    return sendUnsafe(person, tap, punch);
  }
  if (!entry) return; // the second tap, in another tab
  move(tap.kind);
  tell();
  show(entry);
  sync().catch(() => {});
  await deliver(entry).catch(() => {}); // it is kept: the program goes on
}

// deliver sends until the server has it, and asks after it until it is in Teams.
// The program, once it runs, does the same; whoever comes first holds the lock.
async function deliver(entry) {
  for (let failures = 0; ; failures++) {
    const who = await inquire();
    if (who !== null && who !== entry.person) return; // waits for its person
    const done = who !== null && await drain(entry.person).catch(() => false);
    if (done) break;
    await patience(failures);
  }
  for (let asked = 0; ; asked++) {
    const kept = entriesOf(await load(RULES.presses)).find((other) => other.entry.punch.id === entry.punch.id);
    show(kept ? kept.entry : entry, !kept);
    if (running || !kept || !onItsWay(kept.entry)) return;
    await patience(asked);
    const said = await send(kept.entry); // the same press: it is answered anew
    if (said.change !== undefined) await settle(kept, said);
  }
}

function patience(times) {
  return new Promise((resolve) => setTimeout(resolve, PATIENCE[Math.min(times, PATIENCE.length - 1)]));
}

// onItsWay reports whether the server has a press and goes on with it by itself.
function onItsWay(entry) {
  return !entry.refused && entry.answer && entry.answer.status !== RULES.conflicted;
}

// sendUnsafe sends a press that could not be stored. It is said to be safe when
// the server has it, and the form is tried when it has not.
async function sendUnsafe(person, tap, punch) {
  const entry = { person, punch: { ...punch, device: newID(), seq: 1 }, own: tap.date };
  say(TEXTS.done[punch.kind], TEXTS.unsafe);
  const { change } = await send(entry);
  if (change === undefined) return sendForm(tap);
  move(tap.kind);
  show({ ...entry, ...change }, change === null);
}

// sendForm lets the browser send the form, as if there were no script. Without
// a server, which an older answer does not promise, that would only lose the
// page: the press is held here.
async function sendForm(tap) {
  if (performance.now() - heard > FRESH) asked = null;
  if ((await inquire()) === null) return keep(tap);
  const form = document.createElement("form");
  form.method = "post";
  form.action = RULES.press;
  for (const [name, value] of [["kind", tap.kind], ["note", tap.note]]) {
    const field = document.createElement("input");
    field.type = "hidden";
    field.name = name;
    field.value = value;
    form.append(field);
  }
  document.body.append(form);
  form.submit(); // no event: it is not taken again
}

// keep holds a press that nobody is known for, until somebody who signed in
// says that it was theirs.
async function keep(tap) {
  const held = { id: tap.id, kind: tap.kind, note: tap.note, ...stampAt(anchor, tap.mono, tap.date), own: tap.date };
  try {
    await hold(held);
  } catch {
    const field = document.querySelector("#press textarea");
    if (field && !field.value) field.value = tap.note;
    return say(TEXTS.refused, TEXTS.offline);
  }
  tell();
  say(TEXTS.heldTitle[tap.kind], TEXTS.held.replace("{time}", timeOfDay(held.at)));
}

// show says where a press is.
function show(entry, over) {
  if (entry.refused) return say(TEXTS.refused, TEXTS.again);
  let place = TEXTS.here, at = entry.punch.at;
  if (entry.answer) { place = TEXTS.server; at = entry.answer.received; }
  if (over) { place = TEXTS.graph; at = Date.now(); }
  say(TEXTS.done[entry.punch.kind], place.replace("{time}", timeOfDay(at)));
}

function timeOfDay(at) {
  const own = String(navigator.language).split("-")[0] === TEXTS.lang.split("-")[0];
  let locale = own ? navigator.language : TEXTS.locale;
  let times = "";
  try { times = localStorage.getItem(RULES.times) || ""; } catch { /* denied */ }
  if (RULES.hours.includes(times)) locale += "-u-hc-" + times;
  try {
    return new Intl.DateTimeFormat(locale, { ...STYLE, timeZone: (here && here.zone) || undefined }).format(at);
  } catch { // a zone that this browser does not know
    return new Intl.DateTimeFormat(locale, STYLE).format(at);
  }
}

// say writes into the page, while it is ours to write into.
function say(title, aside) {
  if (running) return;
  document.querySelector(".hero-title").textContent = title;
  document.querySelector(".hero-aside").textContent = aside;
  document.querySelector(".unseen").textContent = title + ". " + aside;
  draw();
}

// draw leaves the buttons that fit the state. They keep their places: nothing
// may move under a finger.
function draw() {
  const may = here && here.state && RULES.allowed[here.state];
  for (const button of document.querySelectorAll("#press button")) {
    button.disabled = Boolean(may) && !may.includes(button.value);
  }
}

// welcome says who is here, and where they stand.
function welcome() {
  performance.mark("timeclock:known");
  if (running || lastTap > 0 || !here) return;
  document.querySelector(".hero-aside").textContent = TEXTS.signedInAs.replace("{name}", here.name);
  if (here.state) document.querySelector(".hero-title").textContent = TEXTS.state[here.state];
  draw();
}

// choose gives the focus to what a shortcut of the installed app names. It
// never presses.
function choose() {
  const kind = new URLSearchParams(location.search).get(RULES.shortcut);
  const button = document.querySelector('#press button[value="' + (RULES.after[kind] ? kind : "") + '"]');
  if (button) button.focus({ focusVisible: true });
}

// sync has the service worker send when there is a network again, even if this
// page is gone by then; and asks the browser not to clear what is stored.
async function sync() {
  if (navigator.storage && navigator.storage.persist) navigator.storage.persist().catch(() => {});
  if (!navigator.serviceWorker) return;
  const registration = await navigator.serviceWorker.ready;
  if (registration.sync) await registration.sync.register(RULES.syncTag).catch(() => {});
}

// What the program stores is for the service worker too.
if (self.BroadcastChannel) {
  new BroadcastChannel(RULES.channel).onmessage = async ({ data }) => {
    if (parse(data).kind !== RULES.tellPresses) return;
    const left = entriesOf(await load(RULES.presses).catch(() => ({})));
    if (left.some(({ entry }) => waits(entry))) sync().catch(() => {});
  };
}

choose();
const known = recall().then(welcome).catch(() => {});
