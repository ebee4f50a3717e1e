// Presses stored and sent without the program: by the page while the program
// is on its way, and by the service worker when there is no page. Storage,
// rules and headers are those of the Go packages app/outbox, app/browser and
// app/client, which decide where the two differ; tests hold this file to them.
//
// The server puts its values in place of the name in capitals.
const RULES = __RULES__;

const STORING = 3000; // ms a transaction may take
const ASKING = 20000; // ms an exchange with the server may take

// update calls decide once with all there is and writes what it returns (null
// removes a key), in one transaction. When it fails nothing was written.
function update(name, decide, mode = "readwrite") {
  return new Promise((resolve, reject) => {
    let late = false;
    let giveUp = () => { late = true; reject(new Error("storage is too slow")); };
    setTimeout(() => giveUp(), STORING);
    const opening = indexedDB.open(name, 1);
    opening.onupgradeneeded = () => opening.result.createObjectStore(RULES.items);
    opening.onblocked = opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const db = opening.result;
      if (late) return db.close();
      const tx = db.transaction(RULES.items, mode, { durability: "strict" });
      // From here on only the end of the transaction decides.
      giveUp = () => { try { tx.abort(); } catch { /* it is over */ } };
      tx.oncomplete = () => { db.close(); resolve(); };
      tx.onabort = () => { db.close(); reject(tx.error || new Error("storage refused")); };
      const items = tx.objectStore(RULES.items);
      const keys = items.getAllKeys(), values = items.getAll();
      values.onsuccess = () => {
        const all = Object.fromEntries(keys.result.map((key, i) => [key, values.result[i]]));
        try {
          for (const [key, value] of Object.entries(decide(all) || {})) {
            if (value === null) items.delete(key);
            else items.put(JSON.stringify(value), key);
          }
        } catch {
          giveUp(); // a write that was not even taken
        }
      };
    };
  });
}

// load gives all there is.
async function load(name) {
  let all = {};
  await update(name, (found) => { all = found; }, "readonly");
  return all;
}

// parse reads what is stored; what cannot be read is as good as nothing.
function parse(text) {
  try {
    return JSON.parse(text) || {};
  } catch {
    return {};
  }
}

// entriesOf lists the stored presses in order, each with its key.
function entriesOf(all) {
  return Object.keys(all).filter((key) => key.startsWith("press/")).sort()
    .map((key) => ({ key, entry: parse(all[key]) }))
    .filter(({ entry }) => entry.punch && entry.punch.id);
}

const waits = (entry) => !entry.answer && !entry.refused;

// store keeps a press under the next number of this device, in the transaction
// that gives the number out. It gives the entry, or null for the second tap of
// the last press. What else the press says stands in punch; own is what the
// device's own clock said.
async function store(person, punch, own) {
  let made = null;
  await update(RULES.presses, (all) => {
    made = null;
    const tap = tapOf(person, punch);
    if (repeats(tap, parse(all.tap))) return null;
    const device = parse(all.device);
    device.id = device.id || newID();
    device.seq = (device.seq || 0) + 1;
    made = { person, punch: { ...punch, device: device.id, seq: device.seq }, order: device.seq, own };
    return { device, tap, [keyOf(made)]: made };
  });
  return made;
}

// hold stores a press of nobody, which its person will be asked about. It is
// false for the second tap.
async function hold(held) {
  let fresh = false;
  await update(RULES.presses, (all) => {
    const tap = tapOf("", { ...held, team: "" });
    fresh = !repeats(tap, parse(all.tap));
    return fresh ? { tap, ["held/" + held.id]: held } : null;
  });
  return fresh;
}

const tapOf = (person, { id, team, kind, seen = "", at }) => ({ id, person, team, kind, seen, at });

// repeats says whether a tap is the second one of the last press.
function repeats(tap, last) {
  const same = ["person", "team", "kind", "seen"].every((name) => tap[name] === last[name]);
  return same && Math.abs(tap.at - last.at) < RULES.sameTap;
}

function keyOf(entry) {
  return "press/" + String(entry.order).padStart(16, "0") + "/" + entry.punch.id;
}

// newID makes a UUIDv7 (RFC 9562).
function newID() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const now = Date.now();
  for (let i = 0; i < 6; i++) bytes[i] = Math.floor(now / 2 ** (8 * (5 - i)));
  bytes[6] = (bytes[6] & 0x0f) | 0x70;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

// drain sends what waits, of person alone where one is named, in order, while
// nobody else sends. It reports whether nothing is left that may succeed later.
// The server takes a press for nobody but its person, whoever is signed in.
async function drain(person) {
  const work = async () => {
    const away = new Set(); // whom the server does not know here
    for (;;) {
      const next = entriesOf(await load(RULES.presses)).find(({ entry }) =>
        waits(entry) && !away.has(entry.person) && (!person || entry.person === person));
      if (!next) return true;
      const wait = placing(next.entry);
      if (wait) return wait;
      const said = await send(next.entry);
      if (said.stop) away.add(next.entry.person);
      else if (said.change === undefined) return false;
      else await settle(next, said);
    }
  };
  for (;;) {
    const done = await (navigator.locks ? navigator.locks.request(RULES.lock, work) : work());
    if (typeof done === "boolean") return done;
    await new Promise((resolve) => setTimeout(resolve, done)); // without the lock
  }
}

// placing gives for how many ms a press still waits for where it was made.
function placing({ until = 0 }) {
  const left = until - Date.now();
  return left > 0 && left <= RULES.patience ? left : 0;
}

// send hands one press to the server. It gives the change of its entry (null
// forgets it) and the receipt when it is done, or stop when nobody, or somebody else, is signed in; nothing of
// these when no answer of our server came, or one that says later.
async function send({ person, punch, position, own }) {
  let answer, body;
  try {
    const ago = own ? Date.now() - own || 1 : undefined;
    answer = await ask(RULES.punches, {
      method: "POST", body: JSON.stringify({ ...punch, position, ago }),
      headers: { "Content-Type": "application/json", [RULES.headerPerson]: person },
    });
    body = await answer.json();
  } catch {
    return {};
  }
  const type = (answer.headers.get("Content-Type") || "").split(";")[0].trim().toLowerCase();
  if (answer.ok) {
    const ours = type === "application/json" && body && body.status &&
      ["id", "team", "kind"].every((name) => body[name] === punch[name]);
    return ours ? { change: changeBy(body), done: body.status === RULES.delivered ? body : null } : {};
  }
  if (type !== RULES.problemType || !body || body.type !== RULES.problemPrefix + body.code) return {};
  if (body.code === RULES.signedOut) return { stop: true };
  return RULES.never.includes(body.code) ? { change: { refused: body.code, noted: Date.now() } } : {};
}

// changeBy says what a receipt means for the entry.
function changeBy(receipt) {
  const over = receipt.status === RULES.delivered;
  const no = receipt.status === RULES.refused;
  if (over || (no && receipt.code === RULES.kept)) return null;
  if (!no) return { answer: receipt };
  return { answer: receipt, refused: receipt.code || RULES.graphRefused, noted: Date.now() };
}

// settle notes what became of a press, unless somebody who knew more has
// forgotten it, and tells the tabs.
async function settle({ key, entry: { person } }, { change, done }) {
  if (done) await rememberDone(person, done).catch(() => {});
  await update(RULES.presses, (all) => {
    const entry = parse(all[key]);
    if (!all[key] || entry.refused) return null;
    // Where it was made is not needed any more.
    return { [key]: change && { ...entry, ...change, position: undefined, until: undefined } };
  });
  tell();
}

// rememberDone adds a press that is on the card to what is remembered of its person,
// as the program does: until the cards are read the next start would show them where
// they stood before.
function rememberDone(person, receipt) {
  return update(RULES.memory, (all) => {
    const last = parse(all[RULES.memoryClock]);
    const { me = {}, team, asOf = 0, waiting } = last.clock || {};
    const theirs = !last.ended && me.person && me.person.id === person && team === receipt.team;
    const known = asOf >= receipt.delivered || (waiting || []).some(({ id }) => id === receipt.id);
    if (!theirs || known) return null;
    return { [RULES.memoryClock]: { ...last, clock: { ...last.clock, waiting: [...(waiting || []), receipt] } } };
  });
}

// ask is fetch as app/client does it.
function ask(path, options) {
  return fetch(path, {
    ...options, credentials: "same-origin", redirect: "error", cache: "no-store",
    headers: { Accept: "application/json, " + RULES.problemType, [RULES.header]: RULES.headerValue, ...options.headers },
    signal: AbortSignal.timeout(ASKING),
  });
}

// tell makes every program of this browser read the storage anew.
function tell() {
  if (!self.BroadcastChannel) return;
  const channel = new BroadcastChannel(RULES.channel);
  channel.postMessage(JSON.stringify({ kind: RULES.tellPresses }));
  channel.close();
}
