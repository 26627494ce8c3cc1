"""The language server: what editors send, and what they are answered, over standard input and output."""

import logging
from collections.abc import Callable
from typing import Any

from lsprotocol import types
from pygls import uris
from pygls.lsp.server import LanguageServer

from kplan import __version__
from kplan.lsp import answering, finding
from kplan.lsp.fields import Fields
from kplan.lsp.pausing import Pauses
from kplan.lsp.ranges import Ruler
from kplan.lsp.symbols import symbols
from kplan.lsp.workspace import Linted, Workspace
from kplan.pipeline.loaded import Loaded

_LOG = logging.getLogger(__name__)
_WATCHED = ("**/*.yaml", "**/*.yml", "**/*.json", "**/pyproject.toml", "**/.kplanignore")
"""Files that what is found depends on, besides those that are open."""
_LONGEST_PAUSE = 10_000
"""Milliseconds."""


class Server(LanguageServer):
    """The documents that are open, and what was last found in each."""

    def __init__(self, space: Workspace) -> None:
        super().__init__("kplan", __version__)
        self.space = space
        self.linted: dict[str, Linted] = {}
        self.pauses = Pauses()
        self._fields: Fields | None = None
        self._told = ""

    @property
    def fields(self) -> Fields:
        """What the schemas know of fields."""
        if self._fields is None:
            self._fields = Fields(self.space.catalog())
        return self._fields

    def text(self, uri: str) -> str:
        """A document as it stands in the editor."""
        return str(self.workspace.get_text_document(uri).source)

    def ruler(self, uri: str) -> Ruler:
        """What measures a document's lines."""
        return Ruler(self.text(uri), str(self.workspace.position_encoding))

    def forget(self) -> None:
        """Read the workspace anew when it is asked for next."""
        self.space.forget()
        self._fields = None

    def _opened(self, uri: str) -> dict[str, Loaded]:
        """The other texts that are open, by path."""
        return {uris.to_fs_path(one) or one: held.loaded for one, held in self.linted.items() if one != uri}

    def check_soon(self, uri: str) -> None:
        """Lint a document once nobody has written in it for a moment."""
        self.pauses.after(uri, self._check_guarded)

    def settled(self, uri: str) -> Linted | None:
        """What was found in a document as it stands, if it was looked at; what still waits is done at once."""
        if uri in self.pauses:
            self.check(uri)
        return self.linted.get(uri)

    def _check_guarded(self, uri: str) -> None:
        try:
            self.check(uri)
        except Exception as error:  # noqa: BLE001 - an editor must not lose its server
            _LOG.error("lint: %s", type(error).__name__)

    def close(self, uri: str) -> None:
        """Forget a document."""
        self.pauses.give_up(uri)
        self.linted.pop(uri, None)
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, []))

    def check(self, uri: str) -> None:
        """Lint a document, and tell the editor."""
        self.pauses.give_up(uri)
        path = uris.to_fs_path(uri) or uri
        found: list[types.Diagnostic] = []
        if path == self.space.configured:
            ruler = self.ruler(uri)
            found = [finding.diagnostic(one, ruler) for one in self.space.problems()]
        elif _is_text_of_objects(path) and not self.space.is_excluded(path):
            self.linted[uri] = self.space.lint(path, self.text(uri), self._opened(uri))
            found = finding.shown(self.linted[uri].report, path, self.ruler(uri))
        self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, found))
        self.tell()

    def tell(self) -> None:
        """Say what is wrong with the configuration, once as long as it is."""
        wrong = "; ".join(f"{one.location}: {one.message}" for one in self.space.problems())
        if wrong and wrong != self._told:
            self.window_show_message(
                types.ShowMessageParams(
                    types.MessageType.Warning, f"kplan: the configuration does not count: {wrong}"
                )
            )
        self._told = wrong


def _is_text_of_objects(path: str) -> bool:
    return path.endswith((".yaml", ".yml", ".json")) or "." not in path.rpartition("/")[2]


def make(space: Workspace) -> Server:
    """A server for a folder; the editor may name another one when it begins."""
    logging.getLogger("pygls").setLevel(logging.CRITICAL)  # it would log what an editor sends
    server = Server(space)
    _register(server, types.INITIALIZE, _begin)
    _register(server, types.INITIALIZED, _begun)
    _register(server, types.TEXT_DOCUMENT_DID_OPEN, lambda ls, given: ls.check(given.text_document.uri))
    _register(
        server, types.TEXT_DOCUMENT_DID_CHANGE, lambda ls, given: ls.check_soon(given.text_document.uri)
    )
    _register(server, types.TEXT_DOCUMENT_DID_SAVE, _saved)
    _register(server, types.TEXT_DOCUMENT_DID_CLOSE, _closed)
    _register(server, types.WORKSPACE_DID_CHANGE_WATCHED_FILES, _changed)
    _register(server, types.TEXT_DOCUMENT_HOVER, _hover)
    _register(
        server,
        types.TEXT_DOCUMENT_COMPLETION,
        _complete,
        types.CompletionOptions(trigger_characters=[":", " ", "-"]),
    )
    _register(
        server,
        types.TEXT_DOCUMENT_CODE_ACTION,
        _act,
        types.CodeActionOptions([types.CodeActionKind.QuickFix]),
    )
    _register(server, types.TEXT_DOCUMENT_DEFINITION, _define)
    _register(server, types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, _symbols)
    return server


def _register(server: Server, method: str, answer: Callable[[Server, Any], Any], options: Any = None) -> None:
    """Answer a method; what goes wrong is logged without the text it went wrong on, and the editor goes on."""

    def guarded(given: Any) -> Any:
        try:
            return answer(server, given)
        except Exception as error:  # noqa: BLE001 - an editor must not lose its server
            _LOG.error("%s: %s", method, type(error).__name__)
            return None

    server.feature(method, options)(guarded)


def _begin(server: Server, given: types.InitializeParams) -> None:
    """Take what the editor sets: ``pause``, in milliseconds."""
    options = given.initialization_options
    pause = options.get("pause") if isinstance(options, dict) else None
    if isinstance(pause, (int, float)) and 0 <= pause <= _LONGEST_PAUSE:
        server.pauses.seconds = pause / 1000


def _watch(server: Server) -> None:
    """Ask to be notified of files that change outside the editor, if the editor can do that."""
    able = server.client_capabilities.workspace
    if (
        able is None
        or able.did_change_watched_files is None
        or not able.did_change_watched_files.dynamic_registration
    ):
        return
    options = types.DidChangeWatchedFilesRegistrationOptions(
        [types.FileSystemWatcher(one) for one in _WATCHED]
    )
    method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
    server.client_register_capability(
        types.RegistrationParams([types.Registration("kplan-files", method, options)]), lambda _: None
    )


def _begun(server: Server, _: Any) -> None:
    root = server.workspace.root_path
    if root:
        server.space = server.space.at(root)
    _watch(server)
    server.tell()


def _changed(server: Server, _: types.DidChangeWatchedFilesParams) -> None:
    server.forget()
    for uri in list(server.linted):
        server.check_soon(uri)


def _saved(server: Server, given: types.DidSaveTextDocumentParams) -> None:
    server.forget()
    server.check(given.text_document.uri)


def _closed(server: Server, given: types.DidCloseTextDocumentParams) -> None:
    server.close(given.text_document.uri)


def _hover(server: Server, given: types.HoverParams) -> types.Hover | None:
    uri = given.text_document.uri
    found = server.settled(uri)
    return answering.hover(
        server.fields,
        server.ruler(uri),
        given.position,
        found.report if found else None,
        uris.to_fs_path(uri) or uri,
    )


def _complete(server: Server, given: types.CompletionParams) -> types.CompletionList:
    uri = given.text_document.uri
    return types.CompletionList(False, answering.complete(server.fields, server.ruler(uri), given.position))


def _act(server: Server, given: types.CodeActionParams) -> list[types.CodeAction]:
    uri = given.text_document.uri
    path, text, ruler = uris.to_fs_path(uri) or uri, server.text(uri), server.ruler(uri)
    found = server.settled(uri) or server.space.lint(path, text)
    return list(finding.actions(found.report, path, uri, text, ruler, given.range))


def _define(server: Server, given: types.DefinitionParams) -> list[types.Location]:
    uri = given.text_document.uri
    path = uris.to_fs_path(uri) or uri
    found = server.settled(uri)
    loaded = found.loaded if found else server.space.load(path, server.text(uri))
    namespace = server.space.configuration.get("namespace") or "default"
    return answering.definition(
        loaded, server.space.around, path, given.position, server.ruler(uri), namespace
    )


def _symbols(server: Server, given: types.DocumentSymbolParams) -> list[types.DocumentSymbol]:
    uri = given.text_document.uri
    loaded = server.space.load(uris.to_fs_path(uri) or uri, server.text(uri))
    return list(symbols(loaded, server.ruler(uri)))
