"""Loading sources into a store.

What is read becomes numbers first (`ingest`), in memory and in temporary files beside the store; only what is complete is
written. A new SQLite store is built in a file beside it and renamed when whole; everything else is changed in one transaction.
So a load that fails or is killed leaves the store as it was. Loading a content that the store holds already adds nothing.
"""

from __future__ import annotations

import gc
import json
import os
import sqlite3
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import replace as replace_
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from .. import uid as uids
from ..errors import UserError
from ..killpoints import reach
from ..locks import exclusive
from ..progress import track
from ..readers._columns import read_chunks
from ..readers._common import Log
from ..readers._open import MAX_LINE
from . import Store, open_db
from .ahead import ahead
from .database import Place, Sql, engine_of, place
from .filters import Filters, called
from .ingest import Ingest
from .merge import Merge
from .permute import permute, sentence
from .relations import describe
from .removal import begin, blank_labels, forget_schema, forget_sources, refresh, sweep, undeclared
from .report import Clock, LoadReport, SourceReport
from .roles import Said, chosen_roles, role_of
from .sayings import by_key, roles_fit
from .schema import FORMAT_VERSION
from .settle import settle
from .sources import PROPERTIES, Source, gather, graph_name, replaced
from .whole import changing, failures, remove, scratch, uncollected

__all__ = ["Filters", "LoadReport", "SourceReport", "load"]

LANGUAGES = ("en",)
# of a store that is being built; larger pages take rows in faster
PRAGMAS = ("page_size = 16384", "journal_mode = OFF", "synchronous = OFF", "cache_size = -65536", "temp_store = FILE")
AGAIN = "loaded before with another content, which stays too: --replace puts a new version in the place of the old one"
UNDECLARED = "no longer called a relation by any source; what other sources say of such was left out: load them again too"


def load(
    sources: Sequence[Path],
    db: str,
    *,
    skip_bad: bool = False,
    permute_labels: int | None = None,
    name: str = "",
    format: str = "",
    options: Mapping[str, Any] | None = None,
    max_line: int | None = None,
    filters: Filters | None = None,
    languages: Sequence[str] = (),
    properties: Sequence[Path] = (),
    licence: str = "",
    replace: bool = False,
) -> LoadReport:
    """Load files, folders, patterns and `-` into the store at `db` (a path or URL, see `database.place`), made if need be.

    `skip_bad` leaves malformed lines out (of line formats) and counts them. `permute_labels`, a seed, makes a
    counterfactual copy (`store.permute`), in a new store only. `name` names a new graph; otherwise its first source does.
    `format` is a reader's name or a suffix, where the file's own does not say it; `options` go to the readers.
    `filters` say what is kept; `languages` in which order labels are preferred (new stores only; default: en); `properties`
    are files about relations, read as sources of their own; `licence` is that of the sources. With `replace` each source is a
    new version of the one of the same path, or else of the same name: what the old one said and nothing else says goes.
    Raises UserError, with nothing written, for missing or malformed sources.
    """
    if not sources and not properties:
        raise UserError("nothing to load", "give files or folders, such as data/countries")
    chosen = filters or Filters()
    chosen.check()
    chosen = replace_(chosen, languages=tuple(map(str.lower, chosen.languages)))  # as tags are kept
    where = place(db)
    with failures(where.shown):
        beside = where.path.parent if where.path is not None else Path(tempfile.gettempdir())
    if not beside.is_dir():
        raise UserError(f"no such folder: {beside}", "make it first, or give another --db")
    clock = Clock()
    how = {"options": options or {}, "filters": chosen.given()}
    with uncollected(), gather(sources, properties, beside, format=format, licence=licence, **how) as (found, notes):
        log = Log(skip_bad, max_line=max_line or MAX_LINE, notes=notes)
        work = _Load(where, found, log, chosen, tuple(map(str.lower, languages)), permute_labels, name, clock)
        if where.path is not None and not where.path.exists():
            if replace:
                raise UserError(f"there is no store at {where.path} in which to replace a source", "leave --replace out")
            report = work.build(where.path)
        else:
            report = work.extend(db, replace=replace)
    report.seconds["in all"] = round(clock.total(), 3)
    return report


class _Load:
    """One load: what to read, how, and where to."""

    def __init__(
        self, where: Place, found: list[Source], log: Log, filters: Filters, languages: tuple[str, ...], seed: int | None,
        name: str, clock: Clock,
    ) -> None:  # fmt: skip
        self.where, self.found, self.log, self.filters = where, found, log, filters
        self.languages, self.seed, self.name = languages, seed, name
        self.graph_id = "" if seed is None else f"permuted-{seed}"
        self.t = where.tables
        self.clock = clock
        self.stored: dict[str, set[str]] = {}  # keys of the store's relations by name

    # a new SQLite store

    def build(self, path: Path) -> LoadReport:
        """Make a whole new store in a file beside it, then rename it."""
        aside = path.with_name(path.name + ".loading")
        with exclusive(aside.with_name(aside.name + ".lock"), f"building {path.name}"):
            remove(aside)  # what a killed load left
            try:
                report = self._build(aside, path)
                reach("load.before_rename")
                os.replace(aside, path)
            finally:
                remove(aside)
        return report

    def _build(self, aside: Path, path: Path) -> LoadReport:
        with scratch(aside.with_name(aside.name + ".parts")) as folder:
            read = self._read(folder)
            engine = engine_of(Place(aside, None, ""), create=True)
            try:
                with failures(path), engine.connect() as connection:
                    sql = Sql(connection.connection.driver_connection)
                    for pragma in PRAGMAS:
                        sql.run(f"PRAGMA {pragma}")
                    sql.run("BEGIN")
                    report = self._first(sql, engine, read)
                    sql.run("COMMIT")
            finally:
                engine.dispose()
        with aside.open("rb") as f:
            os.fsync(f.fileno())
        return report

    def _first(self, sql: Sql, engine: Engine, ingest: Ingest) -> LoadReport:
        """Fill the empty tables of a graph, which are made here."""
        named = self.name or min(graph_name(s.place) for s in self.found)
        counterfactual = "" if self.seed is None else sentence(named, self.seed)
        sql.create(self.t, engine)
        meta = {
            "format_version": str(FORMAT_VERSION), "graph_id": self.graph_id, "counterfactual": counterfactual, "name": named,
            "name_given": self.name, "prefixes": "{}", "content": "", "languages": ",".join(self.languages or LANGUAGES),
        }  # fmt: skip
        sql.many(f"INSERT INTO {self.t.meta} (key, value) VALUES (?, ?)", meta.items())
        report = self._fill(sql, ingest, self.found, engine, self.languages or LANGUAGES)
        if self.seed is not None:
            report.permutation = permute(sql, self.t, self.seed)
        report.counterfactual, report.created = counterfactual, True
        return report

    # a store that is there

    def extend(self, db: str, *, replace: bool) -> LoadReport:
        """Add what the graph does not hold yet, or make the graph in a database that is there, in one transaction."""
        try:
            store = open_db(db)
        except UserError:
            if not self._is_new():
                raise
            return self._found_graph()
        try:
            with store.sql() as sql:
                held = sql.run(f"SELECT sha256, format, path, options FROM {self.t.source}").fetchall()
            known: dict[str, str] = {sha256: format for sha256, format, _, _ in held}
            meta = store.meta()
            new = self._new(meta, known)
            if not new:
                report = LoadReport(self.where.shown, [SourceReport(s.name, s.format, known=True) for s in self.found])
                report.counterfactual = meta["counterfactual"]
                return report
            again = {(place, told) for _, _, place, told in held} & {(s.place, s.told) for s in new}
            with scratch(self._parts()) as folder:
                self.stored = _stored_names(store)
                ingest = self._read(folder, new)
                with failures(self.where.path or self.where.shown), changing(store) as sql:
                    report = self._grow(sql, store, ingest, new, meta, replace=replace)
                    if again and not replace:
                        report.warnings[AGAIN] = len(again)
                    reach("load.before_commit")
            report.sources += [SourceReport(s.name, s.format, known=True) for s in self.found if s.sha256 in known]
            return report
        finally:
            store.close()

    def _is_new(self) -> bool:
        """Whether the database is there, and has no graph of this name."""
        try:
            engine = engine_of(self.where)
            with engine.connect() as connection:
                there = Sql(connection.connection.driver_connection).names()
            engine.dispose()
        except (DBAPIError, sqlite3.Error):
            return False
        graphs = any(name.endswith("meta") for name in there)
        if self.where.graph:
            return self.t.meta.name not in there and (graphs or self.where.url is not None)
        return not graphs and (self.where.url is not None or not there)

    def _found_graph(self) -> LoadReport:
        """Make a graph in a database that is there."""
        store = Store(self.where, engine_of(self.where))
        try:
            with scratch(self._parts()) as folder:
                ingest = self._read(folder)
                with failures(self.where.path or self.where.shown), changing(store) as sql:
                    if self.t.meta.name in sql.names():
                        raise UserError(f"{self.where.shown} was made by another load meanwhile", "load it again, to add to it")
                    report = self._first(sql, store.engine, ingest)
                    reach("load.before_commit")
            return report
        finally:
            store.close()

    def _parts(self) -> Path:
        if self.where.path is not None:
            return self.where.path.with_name(f"{self.where.path.name}.loading.{os.getpid()}.parts")
        return Path(tempfile.gettempdir()) / f"kg2corpus-{os.getpid()}.parts"

    def _new(self, meta: Mapping[str, str], known: Mapping[str, str]) -> list[Source]:
        """The sources that the graph does not hold. Raises UserError where they do not go together with it."""
        shown = self.where.shown
        for s in self.found:
            if known.get(s.sha256, s.format) != s.format:
                before = f"{s.name}: {shown} holds its content already, read as {known[s.sha256]} and not as {s.format}"
                raise UserError(before, "give another --db, or the --format of then")
        new = [s for s in self.found if s.sha256 not in known]
        if meta["graph_id"] != self.graph_id and (new or self.seed is not None):
            raise _wrong_graph(shown, meta["graph_id"], self.seed)
        if new and self.graph_id:
            hint = "load all sources together into a new store with --permute-labels"
            what = f"{shown} holds a permuted graph, which cannot grow: names of new entities would have to move too"
            raise UserError(what, hint)
        if self.languages and ",".join(self.languages) != meta["languages"]:
            what = f"{shown} takes its labels from {meta['languages']}, and not from {','.join(self.languages)}"
            raise UserError(what, "leave --languages out, or load the sources into a new store")
        return new

    def _grow(
        self, sql: Sql, store: Store, ingest: Ingest, new: list[Source], meta: Mapping[str, str], *, replace: bool
    ) -> LoadReport:
        old = replaced(sql, self.t, new) if replace else {}
        report = self._fill(sql, ingest, new, store.engine, tuple(meta["languages"].split(",")), extending=True, old=old)
        if not meta["name_given"]:
            places = [place for (place,) in sql.run(f"SELECT path FROM {self.t.source}")]
            sql.run(f"UPDATE {self.t.meta} SET value = ? WHERE key = 'name'", (min(map(graph_name, places)),))
        return report

    # reading and writing

    def _read(self, folder: Path, of: Sequence[Source] | None = None) -> Ingest:
        """Read the sources; faults of all of them are raised together."""
        ingest = Ingest(self.graph_id, folder)
        ingest.limit = self.filters.limit or None
        ingest.described.languages = self.filters.languages
        self.reports: list[SourceReport] = []
        whole = self.log
        self.notes, self.prefixes = whole.notes.copy(), dict[str, str]()
        with failures(self.where.path or self.where.shown):
            for number, one in enumerate(self.found if of is None else of):
                log = Log(whole.skip_bad, max_line=whole.max_line)
                before = ingest.triples
                said = one.format == PROPERTIES
                ingest.begin(number, one.sha256, first=said)
                found = read_chunks(one.module, one.path, log, one.options, in_order=ingest.limit is not None)
                chunks = self.clock.each("reading", found)
                if hasattr(one.module, "columns"):
                    chunks = ahead(chunks)
                if said:
                    chunks = by_key(chunks, one.name, _joined(called(ingest), self.stored), log)
                for chunk in track(chunks, f"load {one.name}"):
                    with self.clock.stage("numbering"):
                        ingest.add(chunk, chunk.file or one.name, log)
                    gc.collect(0)
                    reach("load.reading")
                    if ingest.limit is not None and ingest.triples >= ingest.limit:
                        break
                one.check_unchanged()
                self.reports.append(SourceReport(one.name, one.format, triples=ingest.triples - before, bad=log.count))
                self.notes += log.notes
                whole.faults += log.faults
                whole.count += log.count
                self.prefixes = {**log.prefixes, **self.prefixes}
        whole.check()
        reach("load.facts")
        return ingest

    def _fill(
        self, sql: Sql, ingest: Ingest, new: Sequence[Source], engine: Engine, chain: tuple[str, ...], *,
        extending: bool = False, old: Mapping[str, int] | None = None,
    ) -> LoadReport:  # fmt: skip
        """Write what was read; complete what needs the whole."""
        t, stage = self.t, self.clock.stage
        removed = 0
        with stage("settling"):
            declared, roles = _known_schema(sql, t) if extending else (set(), set())
            settled = settle(ingest, declared, roles, self.filters)
            if extending:
                roles_fit(sql, t, chosen_roles(roles), settled.roles, self.graph_id, self.where.shown)
            first = 1 + int(sql.one(f"SELECT coalesce(max(id), 0) FROM {t.source}"))
            sources = [first + i for i in range(len(new))]
            merge = Merge(sql, t, settled, sources, chain, fresh=not extending)
        dropped_before = bool(old)
        if extending:
            with stage("removing"):
                begin(sql)
                gone = sorted((old or {}).values())
                removed = forget_sources(sql, t, gone) if gone else 0
                about = forget_schema(sql, t, np.array(sorted(settled.declared_now), np.int64))
                ingest.described.recognised["schema"] += about
                dropped_before |= bool(about)
        licences = ingest.licences_of()
        for id_, one, number in zip(sources, new, range(len(new)), strict=True):
            licence = one.licence or licences.get(number, "")
            row = (id_, one.name, one.sha256, one.format, one.place, licence, one.told)
            names = "id, name, sha256, format, path, licence, options"
            sql.run(f"INSERT INTO {t.source} ({names}) VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        with stage("writing"):
            counts = merge.write()
        with stage("indexing"):
            if not extending:
                sql.index(t, engine)
        with stage("completing"):
            if extending:
                if lost := undeclared(sql, t):
                    ingest.names.warnings[UNDECLARED] += lost
                sweep(sql, t, self.graph_id)
                refresh(sql, t, chain)
            blank_labels(sql, t)
            describe(sql, t, self.graph_id, chain, None if dropped_before else merge.object_kinds)
        reach("load.finished")
        self._meta(sql)
        report = LoadReport(self.where.shown, self.reports, notes=self.notes, bad=self.log.faults, bad_count=self.log.count)
        report.facts_removed, report.replaced, report.chosen = removed, sorted(old or ()), self.filters.chosen
        report.take(ingest, counts, sql, t, self.clock)
        ingest.close()
        return report

    def _meta(self, sql: Sql) -> None:
        held = sorted(sha for (sha,) in sql.run(f"SELECT sha256 FROM {self.t.source}"))
        before = json.loads(sql.one(f"SELECT value FROM {self.t.meta} WHERE key = 'prefixes'"))
        prefixes = json.dumps({**self.prefixes, **before}, ensure_ascii=False, sort_keys=True)
        content = uids.show(uids.digest("content", self.graph_id, *held))
        for key, value in (("prefixes", prefixes), ("content", content)):
            sql.run(f"UPDATE {self.t.meta} SET value = ? WHERE key = ?", (value, key))


def _stored_names(store: Store) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    with store.sql() as sql:
        for key, name, label in sql.run(f"SELECT key, name, label FROM {store.tables.relation}"):
            for text in (key, name, label):
                found.setdefault(text.casefold(), set()).add(key)
    return found


def _joined(one: dict[str, set[str]], other: dict[str, set[str]]) -> dict[str, set[str]]:
    return {name: one.get(name, set()) | other.get(name, set()) for name in one.keys() | other.keys()}


def _known_schema(sql: Sql, t: Any) -> tuple[set[int], set[Said]]:
    """What the store knows as relations (entity uids of their keys), and what it knows of their roles."""
    declared: set[int] = set()
    said: set[Said] = set()
    kinds = "('property', 'role', 'sub_property')"
    for uid, kind, text, rank in sql.run(f"SELECT uid, kind, text, rank FROM {t.annotation} WHERE kind IN {kinds}"):
        if kind == "property":
            declared.add(uid)
        else:
            said |= role_of(uid, kind, text, rank)
    return declared, said


def _wrong_graph(shown: str, there: str, seed: int | None) -> UserError:
    if seed is not None and not there:
        return UserError(f"{shown} holds a real graph; labels are permuted only into a new store", "give another --db")
    what = f"is permuted with seed {there.removeprefix('permuted-')}"
    return UserError(
        f"{shown} {what}", "give another --db, or the same seed" if seed is not None else "give another --db for a real graph"
    )
