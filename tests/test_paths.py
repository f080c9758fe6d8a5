import json
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.test_jsontext import VALUES, every
from whcli import jsontext, paths
from whcli.errors import NotFound, UsageError

PATHS = st.lists(st.text() | st.integers(0, 999_999_999), min_size=1, max_size=5).map(tuple)


@pytest.mark.parametrize(
    ("text", "path"),
    [
        ("data.object.amount", ("data", "object", "amount")),
        ("items[0].id", ("items", 0, "id")),
        ("[0].event", (0, "event")),
        ("a.b-c.d_e/f", ("a", "b-c", "d_e/f")),
        ('["x.y"].z', ("x.y", "z")),
        ('a["=\\"]"][3][4]', ("a", '="]', 3, 4)),
        ("größe.0", ("größe", "0")),
    ],
)
def test_paths_are_read_and_spelled(text, path):
    assert paths.parse(text) == path
    assert paths.spell(path) == text


@pytest.mark.parametrize(
    "text", ["", ".", "a.", ".a", "a..b", "a[", "a[-1]", "a[x]", 'a["x]', "a b", "a=b", "a[0]b", '["\\q"]']
)
def test_what_is_no_path_is_said(text):
    with pytest.raises(UsageError) as caught:
        paths.parse(text)
    assert "data.object.amount" in caught.value.hint


@given(PATHS)
def test_spelling_a_path_gives_it_back(path):
    assert paths.parse(paths.spell(path)) == path


@given(PATHS, VALUES)
def test_an_assignment_is_a_path_and_a_value(path, value):
    assert paths.assignment(f"{paths.spell(path)}={json.dumps(value)}") == (path, value)


@pytest.mark.parametrize("text", ["", "a", "=1", "a b=1", "a.=1"])
def test_what_is_no_assignment_is_said(text):
    with pytest.raises(UsageError, match="is not PATH=VALUE"):
        paths.assignment(text)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("3", 3),
        ("1.5", 1.5),
        ("true", True),
        ("null", None),
        ('"3"', "3"),
        ('{"a": [1]}', {"a": [1]}),
        ("hello", "hello"),
        ("", ""),
        ("a=b", "a=b"),
        ("NaN", "NaN"),
        ("-Infinity", "-Infinity"),
        ("1e999", "1e999"),
    ],
)
def test_a_value_is_json_where_it_is_json(text, value):
    assert paths.value(text) == value


def test_a_value_that_python_cannot_hold_is_text():
    for text in ("[" * 100_000 + "]" * 100_000, "9" * 5_000):
        assert paths.value(text) == text


@given(VALUES, VALUES, st.data())
def test_put_changes_one_place_in_a_copy(value, new, data):
    before = json.dumps(value)
    path, _ = data.draw(st.sampled_from(list(every(value))))
    changed = paths.put(value, path, new)
    assert paths.get(changed, path) == new
    assert json.dumps(value) == before
    beside = [p for p, _ in every(value) if p[: len(path)] != path and path[: len(p)] != p]
    assert all(paths.get(changed, p) == paths.get(value, p) for p in beside)


@given(VALUES, VALUES, st.data(), st.sampled_from([None, 1]))
def test_splice_changes_the_bytes_of_one_value(value, new, data, indent):
    path, old = data.draw(st.sampled_from(list(every(value))))
    text = json.dumps(value, ensure_ascii=False, indent=indent) + "\n"
    body = text.encode("utf-8", "replace")
    changed = paths.splice(body, path, new)
    assert json.loads(changed) == paths.put(json.loads(body), path, new)
    start, end = jsontext.span(body.decode(), path)
    assert changed.decode().startswith(body.decode()[:start])
    assert changed.decode().endswith(body.decode()[end:])
    assert len(changed) - len(body) == len(jsontext.encode(new)) - len(body.decode()[start:end].encode())
    back = paths.splice(changed, path, old)
    assert json.loads(back) == json.loads(body)


def test_splice_keeps_every_other_byte():
    body = '\ufeff { "a" : 1.0,\r\n\t"b": [1e5, {"é": "\\u00e9"}], "a":  2 }\n'.encode()
    assert paths.splice(body, ["b", 1, "é"], "ü") == body.replace(b'"\\u00e9"', '"ü"'.encode())
    assert paths.splice(body, ["a"], None) == body.replace(b":  2", b":  null")


@pytest.mark.parametrize("body", [b"", b"Body=hello", b"\xff", b'{"a":1}{', b"\x1f\x8b\x08"])
def test_a_body_that_is_not_json_is_not_edited(body):
    with pytest.raises(UsageError, match="cannot be edited by path") as caught:
        paths.splice(body, ["a"], 1)
    assert "--body" in caught.value.hint


PAYLOAD = {"data": {"object": {"amount": 1, "currency": "usd"}}, "items": [{"id": 1}], "x.y": None}


@pytest.mark.parametrize(
    ("path", "near"),
    [
        ("data.object.amuont", "data.object.amount"),
        ("amount", "data.object.amount"),
        ("data.amount", "data.object.amount"),
        ("items[1].id", "items[0].id"),
        ("items.id", "items[0].id"),
        ("zzzzz", "there is: data, items, "),
    ],
)
def test_an_unknown_path_names_near_ones(path, near):
    for act in (
        lambda steps: paths.get(PAYLOAD, steps),
        lambda steps: paths.put(PAYLOAD, steps, 1),
        lambda steps: paths.splice(json.dumps(PAYLOAD).encode(), steps, 1),
    ):
        with pytest.raises(NotFound, match="nothing is at") as caught:
            act(paths.parse(path))
        assert near in caught.value.hint


@pytest.mark.parametrize("known", [[], 3, None, "text", {}])
def test_a_value_without_paths_has_none_to_name(known):
    with pytest.raises(NotFound) as caught:
        paths.put(known, ["a"], 1, create=isinstance(known, list))
    assert caught.value.hint is None


def test_a_list_says_what_it_has():
    with pytest.raises(NotFound) as caught:
        paths.get([1, 2], ["event"])
    assert caught.value.hint == "there is: [0], [1]"


def test_a_new_key_must_be_asked_for():
    assert paths.put({"a": {}}, ("a", "b"), 1, create=True) == {"a": {"b": 1}}
    for path in [("a", "b", "c"), ("x", "b"), ("a", 0)]:
        with pytest.raises(NotFound):
            paths.put({"a": {}}, path, 1, create=True)


def test_too_deep_a_body_is_still_edited():
    body = b'{"a":' * 100_000 + b"1" + b"}" * 100_000
    assert paths.splice(body, ["a"] * 100_000, 22) == body.replace(b"1", b"22")
    with pytest.raises(NotFound):
        paths.splice(body, ["b"], 1)


FORM_TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@given(st.lists(st.tuples(FORM_TEXT, FORM_TEXT), min_size=1), FORM_TEXT, st.data())
def test_a_form_has_one_pair_replaced(pairs, new, data):
    name = data.draw(st.sampled_from([name for name, _ in pairs]))
    body = urlencode(pairs).encode()
    changed = paths.splice_form(body, name, new)
    index = [pair[0] for pair in pairs].index(name)
    assert parse_qsl(changed.decode(), keep_blank_values=True) == [*pairs[:index], (name, new), *pairs[index + 1 :]]
    assert [p for i, p in enumerate(changed.split(b"&")) if i != index] == [
        p for i, p in enumerate(body.split(b"&")) if i != index
    ]


def test_a_form_keeps_its_spelling_and_names_near_pairs():
    body = b"From=%2b1&Body=he%6clo&&flag&Body=2"
    assert paths.splice_form(body, "Body", "a b&é") == b"From=%2b1&Body=a+b%26%C3%A9&&flag&Body=2"
    assert paths.splice_form(body, "flag", "") == b"From=%2b1&Body=he%6clo&&flag=&Body=2"
    with pytest.raises(NotFound, match="nothing is at body") as caught:
        paths.splice_form(body, "body", "x")
    assert "Body" in caught.value.hint


def test_an_error_repeats_only_the_beginning():
    for act in (paths.parse, paths.assignment):
        with pytest.raises(UsageError) as caught:
            act("a." * 100_000)
        assert len(caught.value.message) < 300
