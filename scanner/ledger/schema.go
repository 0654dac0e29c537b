package ledger

// format is the version of the tables.
const format = 1

// schema makes the tables of an empty file. Times are milliseconds since 1970, keys and hashes 16 bytes.
// Queries by a second index of a watch name it: without statistics SQLite takes the primary key by its first column alone
// and reads all rows of the watch.
const schema = `
CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;

CREATE TABLE identities (
	id      INTEGER PRIMARY KEY,
	rule    TEXT NOT NULL,
	corpora TEXT NOT NULL,
	UNIQUE (rule, corpora)
);

CREATE TABLE events (
	seq      INTEGER PRIMARY KEY AUTOINCREMENT,
	at       INTEGER NOT NULL,
	actor    TEXT NOT NULL,
	type     TEXT NOT NULL,
	watch    TEXT NOT NULL,
	run      INTEGER NOT NULL,
	listing  BLOB,
	right_id TEXT NOT NULL,
	lead     TEXT NOT NULL,
	identity INTEGER NOT NULL,
	data     TEXT NOT NULL
);
CREATE INDEX events_listing ON events (listing) WHERE listing IS NOT NULL;
CREATE INDEX events_right ON events (right_id) WHERE right_id <> '';
CREATE INDEX events_lead ON events (lead) WHERE lead <> '';
CREATE INDEX events_run ON events (run);

CREATE TRIGGER events_stay BEFORE DELETE ON events BEGIN SELECT RAISE(ABORT, 'events are never deleted'); END;
CREATE TRIGGER events_keep BEFORE UPDATE ON events BEGIN SELECT RAISE(ABORT, 'events are never changed'); END;
CREATE TRIGGER identities_stay BEFORE DELETE ON identities BEGIN SELECT RAISE(ABORT, 'identities are never deleted'); END;
CREATE TRIGGER identities_keep BEFORE UPDATE ON identities BEGIN SELECT RAISE(ABORT, 'identities are never changed'); END;

CREATE TABLE runs (
	id       INTEGER PRIMARY KEY AUTOINCREMENT,
	watch    TEXT NOT NULL,
	due      INTEGER NOT NULL,
	started  INTEGER NOT NULL,
	finished INTEGER NOT NULL,
	day      TEXT NOT NULL,
	stage    TEXT NOT NULL,
	complete INTEGER NOT NULL,
	identity INTEGER NOT NULL,
	engine   TEXT NOT NULL,
	reason   TEXT NOT NULL,
	header   BLOB NOT NULL,
	counts   TEXT NOT NULL
);
CREATE INDEX runs_watch ON runs (watch, id);

-- Listings that a run expected and could not read. Rows are only added.
CREATE TABLE missed (run INTEGER NOT NULL, listing BLOB NOT NULL, PRIMARY KEY (listing, run)) WITHOUT ROWID;

CREATE TABLE contents (hash BLOB PRIMARY KEY, body BLOB NOT NULL) WITHOUT ROWID;

CREATE TABLE listings (
	watch   TEXT NOT NULL,
	key     BLOB NOT NULL,
	content BLOB NOT NULL,
	twin    BLOB,
	picture BLOB,
	id      TEXT NOT NULL,
	title   TEXT NOT NULL,
	seller  TEXT NOT NULL,
	url     TEXT NOT NULL,
	first   INTEGER NOT NULL,
	since   INTEGER NOT NULL,
	gone    INTEGER NOT NULL,
	PRIMARY KEY (watch, key)
) WITHOUT ROWID;
CREATE INDEX listings_twin ON listings (watch, twin) WHERE twin IS NOT NULL;
CREATE INDEX listings_picture ON listings (watch, picture) WHERE picture IS NOT NULL;
CREATE INDEX listings_id ON listings (id);
CREATE INDEX listings_content ON listings (content);

CREATE TABLE matches (
	watch       TEXT NOT NULL,
	listing     BLOB NOT NULL,
	fingerprint TEXT NOT NULL,
	grade       INTEGER NOT NULL,
	counts      INTEGER NOT NULL,
	active      INTEGER NOT NULL,
	right_id    TEXT NOT NULL,
	corpus      TEXT NOT NULL,
	status      TEXT NOT NULL,
	expires     TEXT NOT NULL,
	policy      INTEGER NOT NULL,
	data        TEXT NOT NULL,
	PRIMARY KEY (watch, listing, fingerprint)
) WITHOUT ROWID;
CREATE INDEX matches_fingerprint ON matches (watch, fingerprint);
CREATE INDEX matches_right ON matches (right_id);

CREATE TABLE leads (
	id          TEXT PRIMARY KEY,
	watch       TEXT NOT NULL,
	fingerprint TEXT NOT NULL,
	listing     BLOB NOT NULL,
	right_id    TEXT NOT NULL,
	grade       INTEGER NOT NULL,
	present     INTEGER NOT NULL,
	state       TEXT NOT NULL,
	reason      TEXT NOT NULL,
	actor       TEXT NOT NULL,
	opened      INTEGER NOT NULL,
	decided     INTEGER NOT NULL,
	UNIQUE (watch, fingerprint)
) WITHOUT ROWID;

-- What an unfinished run has put aside. Finish empties these.
CREATE TABLE seen (run INTEGER NOT NULL, key BLOB NOT NULL, content BLOB NOT NULL, ord INTEGER NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;
CREATE UNIQUE INDEX seen_ord ON seen (run, ord);
CREATE TABLE staged (
	run     INTEGER NOT NULL,
	key     BLOB NOT NULL,
	content BLOB NOT NULL,
	picture BLOB,
	listing BLOB NOT NULL,
	finding BLOB NOT NULL,
	whole   BLOB,
	PRIMARY KEY (run, key)
) WITHOUT ROWID;
CREATE TABLE todo (run INTEGER NOT NULL, key BLOB NOT NULL, PRIMARY KEY (run, key)) WITHOUT ROWID;

CREATE TABLE outbox (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	dedupe  TEXT NOT NULL UNIQUE,
	channel TEXT NOT NULL,
	watch   TEXT NOT NULL,
	type    TEXT NOT NULL,
	run     INTEGER NOT NULL,
	body    BLOB NOT NULL,
	state   TEXT NOT NULL,
	made    INTEGER NOT NULL,
	due     INTEGER NOT NULL,
	tries   INTEGER NOT NULL,
	settled INTEGER NOT NULL,
	problem TEXT NOT NULL
);
CREATE INDEX outbox_due ON outbox (state, due);
CREATE INDEX outbox_settled ON outbox (channel, settled);

-- Findings that wait to be sealed as evidence.
CREATE TABLE seals (
	id      INTEGER PRIMARY KEY AUTOINCREMENT,
	run     INTEGER NOT NULL,
	watch   TEXT NOT NULL,
	lead    TEXT NOT NULL,
	listing BLOB NOT NULL,
	content BLOB NOT NULL,
	finding BLOB NOT NULL,
	header  BLOB NOT NULL,
	tries   INTEGER NOT NULL,
	problem TEXT NOT NULL
);

CREATE TABLE schedule (watch TEXT PRIMARY KEY, spec TEXT NOT NULL, next INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE holds (watch TEXT NOT NULL, listing BLOB NOT NULL, name TEXT NOT NULL, PRIMARY KEY (watch, listing, name)) WITHOUT ROWID;
`
