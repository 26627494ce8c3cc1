"""A real client speaks to ``kplan lsp`` over standard input and output."""

import asyncio
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from lsprotocol import types
from pygls.lsp.client import LanguageClient

ROOT = Path(__file__).parents[2]
DEPLOYMENT = """\
# größer 😀
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  replicas: 2
  selector:
    matchLabels:
      app: web
  template:
    metadata:
      labels:
        app: web
    spec:
      containers:
      - name: web
        image: example.com/web:1.2
        envFrom:
        - configMapRef:
            name: settings
"""
SERVICE = """\
---
apiVersion: v1
kind: Service
metadata:
  name: web
spec:
  selector:
    app: web
  ports:
  - port: 80
"""
SETTINGS = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n"


WATCHING = types.ClientCapabilities(
    types.WorkspaceClientCapabilities(
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(dynamic_registration=True)
    )
)


class Editor:
    """One client with one document at a time."""

    def __init__(self, client: LanguageClient, folder: Path) -> None:
        self.client = client
        self.folder = folder
        self.found: dict[str, list[types.Diagnostic]] = {}
        self.version = 0
        self.registered: list[str] = []
        self.publications = 0
        self._told = asyncio.Event()

        @client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        def told(given: types.PublishDiagnosticsParams) -> None:
            self.found[given.uri] = list(given.diagnostics)
            self.publications += 1
            self._told.set()

        @client.feature(types.CLIENT_REGISTER_CAPABILITY)
        def registered(given: types.RegistrationParams) -> None:
            self.registered += [one.method for one in given.registrations]

        @client.feature(types.WINDOW_SHOW_MESSAGE)
        def shown(given: types.ShowMessageParams) -> None:
            del given

    def uri(self, name: str) -> str:
        return (self.folder / name).as_uri()

    async def open(self, name: str, text: str) -> list[types.Diagnostic]:
        document = types.TextDocumentItem(self.uri(name), "yaml", 0, text)
        return await self._wait(
            lambda: self.client.text_document_did_open(types.DidOpenTextDocumentParams(document)), name
        )

    async def write(self, name: str, text: str) -> list[types.Diagnostic]:
        """The whole text, as it is after a key was pressed."""
        return await self._wait(lambda: self.press(name, text), name)

    def press(self, name: str, text: str) -> None:
        """Write, and wait for nothing."""
        self.version += 1
        document = types.VersionedTextDocumentIdentifier(self.version, self.uri(name))
        change = types.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(types.DidChangeTextDocumentParams(document, [change]))

    async def _wait(self, act: Callable[[], None], name: str) -> list[types.Diagnostic]:
        self._told.clear()
        act()
        await asyncio.wait_for(self._told.wait(), 60)
        return self.found[self.uri(name)]

    async def complete(self, name: str, line: int, character: int) -> set[str]:
        found = await self.client.text_document_completion_async(
            types.CompletionParams(
                types.TextDocumentIdentifier(self.uri(name)), types.Position(line, character)
            )
        )
        items = found.items if isinstance(found, types.CompletionList) else found or []
        return {one.label for one in items}


@asynccontextmanager
async def editing(folder: Path, pause: int = 0) -> AsyncIterator[Editor]:
    client = LanguageClient("test", "1")
    await client.start_io(
        sys.executable, "-m", "kplan", "lsp", cwd=str(folder), env={"PYTHONPATH": str(ROOT), "PATH": ""}
    )
    editor = Editor(client, folder)
    workspace = types.WorkspaceFolder(folder.as_uri(), "w")
    await client.initialize_async(
        types.InitializeParams(
            WATCHING,
            root_uri=folder.as_uri(),
            workspace_folders=[workspace],
            initialization_options={"pause": pause},
        )
    )
    client.initialized(types.InitializedParams())
    try:
        yield editor
    finally:
        await client.shutdown_async(None)
        client.exit(None)
        await client.stop()


def run(folder: Path, act: Callable[[Editor], Awaitable[None]], pause: int = 0) -> None:
    async def session() -> None:
        async with editing(folder, pause) as editor:
            await act(editor)

    with ThreadPoolExecutor(1) as thread:  # other tests may have left a loop of theirs to this one
        thread.submit(lambda: asyncio.run(session())).result()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "settings.yaml").write_text(SETTINGS)
    (tmp_path / ".kplan.yaml").write_text("lint: {select: [API, REF, YAML, NAM003]}\n")
    return tmp_path


def keystrokes(text: str) -> list[str]:
    """The text as it grows: every few keys, and whole lines, as an editor batches them."""
    return [text[:end] for end in range(1, len(text) + 1) if text[end - 1] in ":\n -" or end % 7 == 0]


def test_a_deployment_and_a_service_are_written_from_scratch(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        await editor.open("web.yaml", "")
        for text in keystrokes(DEPLOYMENT + SERVICE):
            await editor.write("web.yaml", text)
        whole = DEPLOYMENT + SERVICE
        assert await editor.write("web.yaml", whole) == []
        lines = whole.split("\n")
        (wrong,) = await editor.write("web.yaml", whole.replace("replicas: 2", "replicas: two"))
        assert (wrong.code, wrong.range.start.line, wrong.source) == ("API003", 6, "kplan")
        broken = await editor.write("web.yaml", "\n".join([*lines[:7], "  sel", *lines[8:]]))
        assert any(one.severity is types.DiagnosticSeverity.Error for one in broken)
        assert {"selector", "replicas", "strategy"} <= await editor.complete("web.yaml", 7, 5)

    run(folder, act)


def test_what_is_no_yaml_is_told_as_lint_tells_it(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        for text in ("a: b: c\n", "apiVersion: v1\n\tkind: x\n", "? [a\n"):
            assert [one.code for one in await editor.open("web.yaml", text)] == ["YAML001"]

    run(folder, act)


def test_other_texts_that_are_open_are_looked_at(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        text = DEPLOYMENT.replace("name: settings", "name: unsaved")
        assert any(str(one.code).startswith("REF") for one in await editor.open("web.yaml", text))
        await editor.open("new.yaml", SETTINGS.replace("settings", "unsaved"))
        assert await editor.write("web.yaml", text + "# again\n") == []

    run(folder, act)


def test_positions_are_those_of_the_editor(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        text = "apiVersion: v1\r\nkind: ConfigMap\r\nmetadata: {name: a, annotations: {x: ä😀, y: 1}}\r\n"
        found = [
            one
            for one in await editor.open("web.yaml", text)
            if one.code == "NAM003" and one.range.start.line == 2
        ]
        line = text.split("\r\n")[2]
        units = len(line[: line.index("1}")].encode("utf-16-le")) // 2
        assert units in {one.range.start.character for one in found} | {
            one.range.end.character - 1 for one in found
        }

    run(folder, act)


def test_the_server_ends_well(folder: Path) -> None:
    def packed(body: str) -> bytes:
        return f"Content-Length: {len(body)}\r\n\r\n{body}".encode()

    begin = packed(
        '{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{},"processId":null,"rootUri":null}}'
    )
    end = packed('{"jsonrpc":"2.0","id":2,"method":"shutdown"}') + packed('{"jsonrpc":"2.0","method":"exit"}')
    done = subprocess.run(
        [sys.executable, "-m", "kplan", "lsp"], cwd=folder, input=begin + end, capture_output=True, timeout=60,
        env={"PYTHONPATH": str(ROOT), "PATH": ""}, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, b"")


def test_completion_offers_versions_kinds_fields_and_values(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        await editor.open("web.yaml", "")
        assert {"apiVersion", "kind", "metadata"} <= await editor.complete("web.yaml", 0, 0)
        await editor.write("web.yaml", "apiVersion: apps/v1\nkind: ")
        assert await editor.complete("web.yaml", 1, 6) >= {"Deployment", "StatefulSet"}
        assert "Service" not in await editor.complete("web.yaml", 1, 6)
        await editor.write("web.yaml", DEPLOYMENT.rstrip("\n") + "\n        \n")
        last = DEPLOYMENT.count("\n")
        assert {"livenessProbe", "resources", "ports"} <= await editor.complete("web.yaml", last, 8)
        await editor.write("web.yaml", DEPLOYMENT + "        imagePullPolicy: \n")
        assert await editor.complete("web.yaml", last, 25) == {"Always", "IfNotPresent", "Never"}

    run(folder, act)


def test_hover_shows_fields_and_rules(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        await editor.open("web.yaml", DEPLOYMENT.replace("replicas: 2", "replicas: two"))
        document = types.TextDocumentIdentifier(editor.uri("web.yaml"))
        found = await editor.client.text_document_hover_async(
            types.HoverParams(document, types.Position(6, 4))
        )
        assert found is not None
        assert isinstance(found.contents, types.MarkupContent)
        assert "**replicas** `integer`\n\nHow many pods there are to be" in found.contents.value
        assert "**API003" in found.contents.value

    run(folder, act)


def test_a_message_is_plain_text_with_single_backquotes(folder: Path) -> None:
    (folder / ".kplan.yaml").write_text("lint: {select: [RES002]}\n")  # before the server reads it

    async def act(editor: Editor) -> None:
        (found,) = await editor.open("web.yaml", DEPLOYMENT)
        assert found.message.endswith("\nset `resources.limits.memory`.")

    run(folder, act)


def test_actions_fix_and_silence(folder: Path) -> None:
    text = DEPLOYMENT.replace("name: settings", "name: gone") + "        imagePullPolicy: Always\n"

    async def act(editor: Editor) -> None:
        found = await editor.open("web.yaml", text)
        (missing,) = [one for one in found if str(one.code).startswith("REF")]
        document = types.TextDocumentIdentifier(editor.uri("web.yaml"))
        asked = types.CodeActionParams(document, missing.range, types.CodeActionContext([missing]))
        actions = await editor.client.text_document_code_action_async(asked)
        silence = next(one for one in actions or [] if one.title == f"Ignore {missing.code} here")
        assert isinstance(silence, types.CodeAction)
        assert silence.edit is not None
        assert silence.edit.changes is not None
        (edit,) = silence.edit.changes[editor.uri("web.yaml")]
        lines = text.split("\n")
        lines[edit.range.start.line] = edit.new_text
        left = await editor.write("web.yaml", "\n".join(lines))
        assert missing.code not in {one.code for one in left}

        quoted = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: é😀, annotations: {a: 1}}\n".replace(
            "é😀", "a"
        )
        found = await editor.open("map.yaml", quoted)
        document = types.TextDocumentIdentifier(editor.uri("map.yaml"))
        asked = types.CodeActionParams(document, found[0].range, types.CodeActionContext(found))
        fixes = [
            one
            for one in await editor.client.text_document_code_action_async(asked) or []
            if "quote" in one.title.lower()
        ]
        assert fixes, [one.message for one in found]
        first = fixes[0]
        assert isinstance(first, types.CodeAction)
        assert first.edit is not None
        assert first.edit.changes is not None
        fixed = quoted.split("\n")[2]
        for edit in reversed(first.edit.changes[editor.uri("map.yaml")]):
            assert edit.range.start.line == 2
            assert isinstance(edit, types.TextEdit)
            fixed = fixed[: edit.range.start.character] + edit.new_text + fixed[edit.range.end.character :]
        assert fixed == 'metadata: {name: a, annotations: {a: "1"}}'

    run(folder, act)


def test_a_name_leads_to_its_object_and_documents_have_symbols(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        await editor.open("web.yaml", DEPLOYMENT + SERVICE)
        document = types.TextDocumentIdentifier(editor.uri("web.yaml"))
        found = await editor.client.text_document_definition_async(
            types.DefinitionParams(document, types.Position(20, 20))
        )
        assert isinstance(found, list)
        assert [one.uri for one in found if isinstance(one, types.Location)] == [editor.uri("settings.yaml")]
        symbols = await editor.client.text_document_document_symbol_async(
            types.DocumentSymbolParams(document)
        )
        assert [one.name for one in symbols or []] == ["Deployment/web", "Service/web"]
        service = (symbols or [])[1]
        assert isinstance(service, types.DocumentSymbol)
        spec = (service.children or [])[-1]
        assert [one.name for one in service.children or []] == ["apiVersion", "kind", "metadata", "spec"]
        assert (spec.range.start.line, spec.range.end.line) == (26, 30)
        assert [one.name for one in spec.children or []] == ["selector", "ports"]
        item = ((spec.children or [])[1].children or [])[0]
        assert (item.name, item.kind, item.range.start.line) == ("0", types.SymbolKind.Object, 30)

    run(folder, act)


@pytest.mark.parametrize(
    "text",
    [
        "\x00",
        "a: {b: [",
        "%YAML 9\n",
        "- " * 2000,
        "\ud83d".encode("utf-16", "surrogatepass").decode("utf-16", "replace"),
        "x: &a [*a]",
    ],
)
def test_garbage_ends_nothing(folder: Path, text: str) -> None:
    async def act(editor: Editor) -> None:
        await editor.open("web.yaml", text)
        assert await editor.write("web.yaml", SETTINGS) == []

    run(folder, act)


def test_who_types_is_not_interrupted(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        await editor.open("web.yaml", SERVICE)
        before = editor.publications
        for text in keystrokes(SERVICE)[:-1]:
            editor.press("web.yaml", text)
        assert await editor.write("web.yaml", SERVICE.replace("port: 80", "port: 0"))
        assert editor.publications == before + 1
        found = await editor.client.text_document_code_action_async(
            types.CodeActionParams(
                types.TextDocumentIdentifier(editor.uri("web.yaml")),
                types.Range(types.Position(9, 0), types.Position(9, 1)),
                types.CodeActionContext([]),
            )
        )
        assert any("Ignore API422 here" in one.title for one in found or [])

    run(folder, act, pause=300)


def test_a_configuration_shows_what_is_wrong_with_it_and_advice_has_single_quotes(folder: Path) -> None:
    (folder / ".kplan.yaml").write_text("lintt: {}\n")  # before the server reads it

    async def act(editor: Editor) -> None:
        (wrong,) = await editor.open(".kplan.yaml", "lintt: {}\n")
        assert wrong.message == "unknown key 'lintt'\ndid you mean 'lint'?"
        found = await editor.open("web.yaml", DEPLOYMENT)
        advice = [one.message for one in found if one.code == "RES002"]
        assert advice == ["container 'web' has no memory limit\nset `resources.limits.memory`."]

    run(folder, act)


def test_files_that_change_outside_of_the_editor_are_seen(folder: Path) -> None:
    async def act(editor: Editor) -> None:
        assert await editor.open("web.yaml", DEPLOYMENT) == []
        assert editor.registered == [types.WORKSPACE_DID_CHANGE_WATCHED_FILES]
        (folder / "settings.yaml").unlink()
        gone = types.FileEvent(editor.uri("settings.yaml"), types.FileChangeType.Deleted)
        found = await editor._wait(
            lambda: editor.client.workspace_did_change_watched_files(
                types.DidChangeWatchedFilesParams([gone])
            ),
            "web.yaml",
        )
        assert [one.code for one in found] == ["REF001"]
        assert found[0].code_description is not None
        assert found[0].code_description.href.startswith("https://")

    run(folder, act)
