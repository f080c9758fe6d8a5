import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from whcli import jsontext

SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
VALUES = st.recursive(
    SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4), max_leaves=25
)


def pretty(text: str, *, indent: int = 2, cut: bool = False) -> str:
    return "".join(piece for _, piece in jsontext.laid_out(text, indent=indent, cut=cut))


def every(value, path=()) -> Iterator[tuple[tuple[str | int, ...], object]]:
    yield path, value
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for step, inner in steps:
        yield from every(inner, (*path, step))


@given(VALUES, st.booleans(), st.sampled_from([None, 0, 1, 3]), st.sampled_from([1, 2, 4]))
def test_pretty_is_what_the_parser_would_write(value, escaped, spelled, indent):
    text = json.dumps(value, ensure_ascii=escaped, indent=spelled)
    assert pretty(text, indent=indent) == json.dumps(value, ensure_ascii=escaped, indent=indent)


@given(VALUES)
def test_every_value_is_found_where_it_stands(value):
    text = " " + json.dumps(value, indent=1) + "\n"
    for path, inner in every(value):
        start, end = jsontext.span(text, path)
        assert json.loads(text[start:end]) == inner
        assert text[start:end].strip() == text[start:end]


@given(VALUES, st.lists(st.text() | st.integers(), max_size=3))
def test_a_path_that_leads_nowhere_has_no_place(value, path):
    known = dict(every(value))
    assert (jsontext.span(json.dumps(value), path) is None) == (tuple(path) not in known)


@given(st.text(alphabet='{}[]:,"\\tru12.eE-+ \n\x00u', max_size=12) | st.text(max_size=12))
def test_what_is_json_is_what_the_parser_takes(text):
    def refuse(word):
        raise ValueError(word)

    try:
        json.loads(text, parse_constant=refuse)
    except ValueError:
        with pytest.raises(ValueError, match="not JSON at character"):
            pretty(text)
    else:
        assert json.loads(pretty(text)) == json.loads(text)


@pytest.mark.parametrize(
    "token",
    ["1.0", "-0", "1E400", "1e+05", "9" * 5000, r'"\u00e9\/\ud800"', '"é"', '"\u2028\x7f"', "0.10000000000000000"],
)
def test_no_token_is_respelled(token):
    assert pretty(f'{{"a":[{token}]}}') == f'{{\n  "a": [\n    {token}\n  ]\n}}'


def test_equal_keys_and_their_order_stay():
    assert pretty('{"b":1,"a":2,"b":3,"e":{},"f":[ ]}') == (
        '{\n  "b": 1,\n  "a": 2,\n  "b": 3,\n  "e": {},\n  "f": []\n}'
    )


def test_of_equal_keys_the_last_counts():
    text = '{"a":{"b":1},"a":{"c":[2]}}'
    assert jsontext.span(text, ["a", "b"]) is None
    start, end = jsontext.span(text, ["a", "c", 0])
    assert text[start:end] == "2"


@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"a":', "}")])
def test_any_depth_is_shown_in_linear_space(opening, closing):
    text = opening * 100_000 + "1" + closing * 100_000
    shown = pretty(text)
    assert len(shown) < 400 * 100_000
    assert "".join(shown.split()) == text
    assert jsontext.span(text, ["a"] * 3) is None or opening != "["


def test_tokens_name_what_they_are():
    text = '{"a": [true, "x", -1]}'
    assert [(token.kind, text[token.start : token.end]) for token in jsontext.tokens(text)] == [
        ("{", "{"),
        ("key", '"a"'),
        (":", ":"),
        ("[", "["),
        ("literal", "true"),
        (",", ","),
        ("string", '"x"'),
        (",", ","),
        ("number", "-1"),
        ("]", "]"),
        ("}", "}"),
    ]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "character 0: expected a value"),
        ("[1,]", "character 3: expected a value"),
        ('{"a" 1}', "character 5: expected ':'"),
        ("{} x", "character 3: expected the end"),
        ("[1", "character 2: expected ',' or ']'"),
        ("{1}", "character 1: expected a string or '}'"),
    ],
)
def test_the_error_says_where_and_what(text, said):
    with pytest.raises(ValueError, match="not JSON") as caught:
        pretty(text)
    assert said in str(caught.value)


@given(VALUES)
def test_encoding_gives_back_the_value(value):
    assert json.loads(jsontext.encode(value)) == value
    assert json.loads(jsontext.encode(value, indent=2)) == value


def test_half_a_surrogate_pair_is_escaped():
    assert jsontext.encode({"é": "\ud83d"}) == rb'{"\u00e9":"\ud83d"}'


@pytest.mark.parametrize("beginning", ["", "x", '"', '"\\', "-.", "["])
@pytest.mark.parametrize("rest", ["1", " ", "a", "\\\\", "-"])
def test_what_is_not_json_is_refused_in_one_pass(beginning, rest):
    with pytest.raises(ValueError, match="not JSON"):
        pretty(beginning + rest * 10**6 + "x")


@given(VALUES, st.integers(min_value=0))
def test_of_a_text_that_was_cut_the_beginning_is_laid_out(value, at):
    text = json.dumps(value)
    part = text[: at % len(text)]
    shown = pretty(part, cut=True)
    assert json.dumps(value, indent=2).startswith(shown.rstrip())
    assert "".join(shown.split()) == "".join(part.split())


@pytest.mark.parametrize("text", ["{x: 1", '{"a": 1} {', "[1, 2,, 3", "<a>", '["a" . . .'])
def test_what_was_cut_and_is_no_json_is_refused(text):
    with pytest.raises(ValueError, match="not JSON"):
        pretty(text, cut=True)
