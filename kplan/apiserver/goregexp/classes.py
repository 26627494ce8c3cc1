"""Names of character classes: POSIX, Perl and Unicode, and how RE2 spells what only Go knows by that name.

Go reads names of Unicode classes without regard to case, blanks, hyphens and underscores; RE2 knows one spelling each
and no long names of categories.

Upstream: Go's regexp/syntax/parse.go and unicode/tables.go
"""

from functools import cache
from typing import Final

POSIX: Final = frozenset(
    ("alnum", "alpha", "ascii", "blank", "cntrl", "digit", "graph", "lower", "print", "punct", "space", "upper", "word",
     "xdigit")
)  # fmt: skip
PERL: Final = frozenset("dDsSwW")
_CATEGORIES: Final = frozenset(
    ("L", "Ll", "Lm", "Lo", "Lt", "Lu", "M", "Mc", "Me", "Mn", "N", "Nd", "Nl", "No", "P", "Pc", "Pd", "Pe", "Pf", "Pi",
     "Po", "Ps", "S", "Sc", "Sk", "Sm", "So", "Z", "Zl", "Zp", "Zs", "Cc", "Cf", "Co", "Cs", "C", "Cn", "LC")
)  # fmt: skip
_LONG_NAMES: Final = {
    "Casedletter": "LC", "Closepunctuation": "Pe", "Cntrl": "Cc", "Combiningmark": "M", "Connectorpunctuation": "Pc",
    "Control": "Cc", "Currencysymbol": "Sc", "Dashpunctuation": "Pd", "Decimalnumber": "Nd", "Digit": "Nd",
    "Enclosingmark": "Me", "Finalpunctuation": "Pf", "Format": "Cf", "Initialpunctuation": "Pi", "Lc": "LC",
    "Letter": "L", "Letternumber": "Nl", "Lineseparator": "Zl", "Lowercaseletter": "Ll", "Mark": "M",
    "Mathsymbol": "Sm", "Modifierletter": "Lm", "Modifiersymbol": "Sk", "Nonspacingmark": "Mn", "Number": "N",
    "Openpunctuation": "Ps", "Other": "C", "Otherletter": "Lo", "Othernumber": "No", "Otherpunctuation": "Po",
    "Othersymbol": "So", "Paragraphseparator": "Zp", "Privateuse": "Co", "Punct": "P", "Punctuation": "P",
    "Separator": "Z", "Spaceseparator": "Zs", "Spacingmark": "Mc", "Surrogate": "Cs", "Symbol": "S",
    "Titlecaseletter": "Lt", "Unassigned": "Cn", "Uppercaseletter": "Lu",
}  # fmt: skip
_SCRIPTS: Final = """
Adlam Ahom Anatolian_Hieroglyphs Arabic Armenian Avestan Balinese Bamum Bassa_Vah Batak Bengali Bhaiksuki Bopomofo
Brahmi Braille Buginese Buhid Canadian_Aboriginal Carian Caucasian_Albanian Chakma Cham Cherokee Chorasmian Common
Coptic Cuneiform Cypriot Cypro_Minoan Cyrillic Deseret Devanagari Dives_Akuru Dogra Duployan Egyptian_Hieroglyphs
Elbasan Elymaic Ethiopic Georgian Glagolitic Gothic Grantha Greek Gujarati Gunjala_Gondi Gurmukhi Han Hangul
Hanifi_Rohingya Hanunoo Hatran Hebrew Hiragana Imperial_Aramaic Inherited Inscriptional_Pahlavi
Inscriptional_Parthian Javanese Kaithi Kannada Katakana Kawi Kayah_Li Kharoshthi Khitan_Small_Script Khmer Khojki
Khudawadi Lao Latin Lepcha Limbu Linear_A Linear_B Lisu Lycian Lydian Mahajani Makasar Malayalam Mandaic Manichaean
Marchen Masaram_Gondi Medefaidrin Meetei_Mayek Mende_Kikakui Meroitic_Cursive Meroitic_Hieroglyphs Miao Modi
Mongolian Mro Multani Myanmar Nabataean Nag_Mundari Nandinagari New_Tai_Lue Newa Nko Nushu Nyiakeng_Puachue_Hmong
Ogham Ol_Chiki Old_Hungarian Old_Italic Old_North_Arabian Old_Permic Old_Persian Old_Sogdian Old_South_Arabian
Old_Turkic Old_Uyghur Oriya Osage Osmanya Pahawh_Hmong Palmyrene Pau_Cin_Hau Phags_Pa Phoenician Psalter_Pahlavi
Rejang Runic Samaritan Saurashtra Sharada Shavian Siddham SignWriting Sinhala Sogdian Sora_Sompeng Soyombo Sundanese
Syloti_Nagri Syriac Tagalog Tagbanwa Tai_Le Tai_Tham Tai_Viet Takri Tamil Tangsa Tangut Telugu Thaana Thai Tibetan
Tifinagh Tirhuta Toto Ugaritic Vai Vithkuqi Wancho Warang_Citi Yezidi Yi Zanabazar_Square
"""
_VISIBLE: Final = r"\pL\pM\pN\pP\pS\pZ"
_ASSIGNED: Final = _VISIBLE + r"\p{Cc}\p{Cf}\p{Co}\p{Cs}"
_LAST: Final = 0x10FFFF
_SURROGATES: Final = range(0xD800, 0xE000)


def unicode_class(name: str, *, negated: bool, fold: bool) -> str | None:
    r"""Spell ``\p{name}`` as members of an RE2 class; None if Go has no such class."""
    if name.startswith("^"):
        name, negated = name[1:], not negated
    name = _known(name)
    if name in ("Any", "Ascii", "Assigned", "C", "Cn", "LC"):
        return _special(name, negated=negated, fold=fold)
    return f"\\{'P' if negated else 'p'}{{{name}}}" if name else None


def _known(name: str) -> str:
    """The name that RE2 knows or ``_special`` does; empty for none."""
    plain = "".join(char for char in name if char not in "_- ").capitalize() if name.isascii() else ""
    if plain in ("Any", "Ascii", "Assigned") or plain in _CATEGORIES:
        return plain
    return _LONG_NAMES.get(plain) or _scripts().get(plain, "")


@cache
def _scripts() -> dict[str, str]:
    return {name.replace("_", "").capitalize(): name for name in _SCRIPTS.split()}


def _special(name: str, *, negated: bool, fold: bool) -> str:
    if name == "Any":
        return "" if negated else r"\x00-\x{10ffff}"
    if name == "Ascii":
        if not negated:
            return r"\x00-\x7f"
        # without the two letters that fold to ASCII
        return r"\x80-\x{17e}\x{180}-\x{2129}\x{212b}-\x{10ffff}" if fold else r"\x80-\x{10ffff}"
    if name == "LC":
        cased = r"\p{Lu}\p{Ll}\p{Lt}"
        return _complement(cased) if negated else cased
    assigned = _VISIBLE if name == "C" else _ASSIGNED
    return assigned if negated == (name != "Assigned") else _complement(assigned)


@cache
def _complement(members: str) -> str:
    """Spell all characters outside the class as ranges, to stand among the members of another one."""
    import re2  # noqa: PLC0415 - loaded with the first pattern

    inside = re2.compile(f"[{members}]+")
    text = "".join(chr(code) for code in range(_LAST + 1) if code not in _SURROGATES)
    ranges, begin = [], 0
    for found in [*(match.span() for match in inside.finditer(text)), (len(text), len(text))]:
        if found[0] > begin:
            ranges.append(f"\\x{{{ord(text[begin]):x}}}-\\x{{{ord(text[found[0] - 1]):x}}}")
        begin = found[1]
    return "".join(ranges)
