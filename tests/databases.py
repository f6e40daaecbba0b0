"""Small databases and their mappings, for tests of the reader of SQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from kg2corpus.readers._sql_draft import write

NASTY = '''
CREATE TABLE "select" (id INTEGER PRIMARY KEY, name TEXT, "group" TEXT, "order by" TEXT, "say ""hi""" TEXT, "no" TEXT,
    "null" TEXT, "ünï" TEXT, "a:b {c}" TEXT);
INSERT INTO "select" VALUES (1, 'one', 'g', 'o', 'h', 'n', 'x', 'ü', 'z'),
    (2, NULL, NULL, '', 'y' || char(10) || 'z', 'it''s "q"', 'مرحبا', '  ', 'b');
CREATE TABLE person (id INTEGER PRIMARY KEY, first_name TEXT, last_name TEXT, born DATE, seen TEXT,
    manager_id INTEGER REFERENCES person(id), photo BLOB, pay NUMERIC, ok BOOLEAN);
INSERT INTO person VALUES (-1, 'Ann', 'Lee', '1970-01-02', '2020-01-02 03:04:05', NULL, x'00ff', 12.5, 1),
    (0, 'Bob', NULL, '1980-05-06 00:00:00', '2020-01-02 03:04:06', -1, NULL, 'n/a', 0),
    (9223372036854775807, 'C', 'D', NULL, NULL, 0, NULL, 1e-7, 't');
CREATE TABLE "order" (shop TEXT, no INT, buyer INTEGER, note TEXT, PRIMARY KEY (shop, no),
    FOREIGN KEY (buyer) REFERENCES person);
INSERT INTO "order" VALUES ('a/b', 1, -1, 'x'), ('a', 2, 77, 'y'), ('a b%', 3, NULL, NULL);
CREATE TABLE product (code TEXT PRIMARY KEY, title TEXT) WITHOUT ROWID;
INSERT INTO product VALUES ('p1', 'Pen'), ('p2', 'Pen'), ('p/3', NULL);
CREATE TABLE order_line (shop TEXT, no INT, product TEXT REFERENCES product(code), amount INT,
    FOREIGN KEY (shop, no) REFERENCES "order"(shop, no), PRIMARY KEY (shop, no, product));
INSERT INTO order_line VALUES ('a/b', 1, 'p1', 3), ('a', 2, 'p/3', 1), ('a', 2, 'zz', 4), ('zz', 9, 'p1', NULL);
CREATE TABLE likes (who INTEGER REFERENCES person(id), whom INTEGER REFERENCES person(id), since TEXT, PRIMARY KEY (who, whom));
INSERT INTO likes VALUES (-1, 0, '2001-02-03'), (0, -1, NULL);
CREATE TABLE visit (id INTEGER PRIMARY KEY, person_id INTEGER);
INSERT INTO visit VALUES (1, 0), (2, -1);
CREATE TABLE nokey (a, b);
INSERT INTO nokey VALUES (1, 'x'), (2.5, x'00'), (NULL, NULL), ('t', 'x');
CREATE TABLE empty (id INTEGER PRIMARY KEY, name TEXT);
CREATE TABLE dangling (id INTEGER PRIMARY KEY, x INT REFERENCES gone(id));
INSERT INTO dangling VALUES (1, 2);
CREATE VIEW v AS SELECT title, count(*) AS n FROM product GROUP BY title;
CREATE VIEW broken AS SELECT * FROM gone;
CREATE TABLE alembic_version (version_num TEXT);
'''
TINY = """
CREATE TABLE author (id INTEGER PRIMARY KEY, name TEXT, born INT);
CREATE TABLE book (isbn TEXT PRIMARY KEY, title TEXT, author INT REFERENCES author, tags TEXT, place TEXT);
INSERT INTO author VALUES (7, 'Ann', 1970), (9, 'Bob', NULL);
INSERT INTO book VALUES ('b', 'Two', 7, 'x, y', 'Utrecht'), ('a', 'One', 9, NULL, 'Utrecht');
"""


def make(path: Path, script: str) -> Path:
    with closing(sqlite3.connect(path)) as db:
        db.executescript(script)
    return path


def mapping(folder: Path, text: str, script: str = TINY) -> Path:
    if not (folder / "it.db").exists():
        make(folder / "it.db", script)
    path = folder / "it.map.yaml"
    path.write_text(f"database: it.db\n{text}", encoding="utf-8")
    return path


def drafted(folder: Path, script: str) -> Path:
    make(folder / "it.db", script)
    write(str(folder / "it.db"), folder / "it.map.yaml")
    return folder / "it.map.yaml"
