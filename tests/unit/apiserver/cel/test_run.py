"""Running: values, errors that short-circuiting swallows, and the cluster's own functions."""

from typing import Any

import pytest

from kplan.apiserver.cel.environment import Environment
from kplan.apiserver.cel.types import DYN
from kplan.apiserver.cel.values import CelError

SELF: dict[str, Any] = {"n": 3, "s": "abc", "ls": ["a", "b", "a"], "m": {"k": 1}, "f": 1.5, "none": None}


def run(text: str) -> Any:
    return Environment({"self": DYN}).compile(text).run({"self": SELF})


@pytest.mark.parametrize(
    "text",
    [
        "self.n == 3 && self.n == 3.0 && self.f < 2",
        "self.missing == 1 || self.n == 3",
        "!(self.missing == 1 && self.n == 4)",
        "self.ls.exists(x, x == 'b') && !self.ls.exists_one(x, x == 'a')",
        "self.ls.map(x, x + 'c') == ['ac', 'bc', 'ac'] && self.ls.filter(x, x != 'a') == ['b']",
        "self.ls.all(i, v, i < 3 && v in ['a', 'b'])",
        "self.m.transformMap(k, v, v + 1) == {'k': 2}",
        "has(self.s) && !has(self.missing) && self.none == null",
        "self.?missing.orValue('d') == 'd' && self.m[?'z'].orValue(5) == 5",
        "self.?m.k.optMap(v, v * 2).value() == 2",
        "-7 / 2 == -3 && -7 % 2 == -1 && 7u + 1u == 8u",
        "'a,b'.split(',') == ['a', 'b'] && ['a', 'b'].join('-') == 'a-b' && 'tacocat'.replace('c', 'k') == 'takokat'",
        "'%s %d %.2f %x %e'.format(['a', 12, 1.5, 255, 1234.5]) == 'a 12 1.50 ff 1.234500×10⁰³'",  # noqa: RUF001
        "'%f %.1f %f %e'.format([12345.5, -1234.25, 'Infinity', -1.0 / 0.0]) == '12,345.500000 -1,234.2 ∞ -∞'",
        "'%s'.format([['a', b'b', 1.5, duration('1m'), null]]) == '[\"a\", b\"b\", 1.500000, duration(\"60s\"), null]'",
        "'%s'.format([{'b': {2: true}, 'a': []}]) == '{\"a\":[], \"b\":{2:true}}'",
        "string(123456.0) == '123456' && string(1234567.0) == '1.234567e+06' && string(0.00001) == '1e-05'",
        "timestamp('2024-02-29T12:00:00Z') + duration('24h') == timestamp('2024-03-01T12:00:00Z')",
        "timestamp('2024-02-29T12:00:00Z').getDayOfYear() == 59 && duration('90m').getHours() == 1",
        "quantity('1.5Gi').isGreaterThan(quantity('1500M')) && quantity('1').add(2).compareTo(quantity('3')) == 0",
        "isIP('::1') && ip('127.0.0.1').isLoopback() && cidr('10.0.0.0/8').containsIP('10.1.2.3')",
        "!isIP('1.2.3') && !ip.isCanonical('::ffff') || ip.isCanonical('2001:db8::1')",
        "url('https://a.example:80/p?q=1').getHost() == 'a.example:80' && isURL('/p') && !isURL('p')",
        "semver('1.2.3').isLessThan(semver('1.10.0')) && semver('1.2.3').minor() == 2",
        "format.dns1123Label().validate('a-b') == optional.none()",
        "format.named('dns1123Label').value().validate('A').value().size() == 1",
        "sets.contains([1, 2], [2]) && sets.equivalent([1, 2], [2, 1, 1]) && sets.intersects([1], [1, 2])",
        "[3, 1, 2].sort() == [1, 2, 3] && self.ls.distinct() == ['a', 'b'] && lists.range(3) == [0, 1, 2]",
        "[2, 1].max() == 2 && [1, 2].sum() == 3 && ['a', 'b'].isSorted() && ['a', 'b'].indexOf('b') == 1",
        "'abc 123'.find('[0-9]+') == '123' && 'a1b2'.findAll('[0-9]') == ['1', '2'] && 'abc'.matches('b')",
        "string(1.0) == '1' && int('7') == 7 && double('1e3') == 1000.0 && string(b'ab') == 'ab' && type(1) == int",
        "optional.of(1).or(self.missing).value() == 1 && optional.of(1).orValue(self.missing) == 1",
        "duration('90m').getMilliseconds() == 5400000 && 'abca'.lastIndexOf('a', 9) == -1 && sign(quantity('-2')) == -1",
        "semver('v01.2', true).compareTo(semver('1.2.0')) == 0 && !isSemver('1.2-a', true) && !isSemver('1.2.')",
        "timestamp('0001-01-01T00:00:00Z').getFullYear('America/New_York') == 0",
        "timestamp('9999-12-31T23:59:59Z').getFullYear('+05:30') == 10000 && timestamp(0).getHours('99:00') == 3",
        "url('https://u@[::1]:8080/a%20b?q=1&q=2#f').getHostname() == '::1' && url('https://u@h:1/').getPort() == '1'",
        "url('https://a.example/b c').getEscapedPath() == '/b%20c' && url('/p?q=1&q=2').getQuery()['q'] == ['1', '2']",
        "quantity('1').add(1) == quantity('2') && quantity('2') != quantity('1').add(1)",
        "!isCIDR('::ffff:1.2.3.4/24') && isCIDR('10.1.2.3/8')",
        "'abca'.lastIndexOf('a', 3) == 3 && 'abca'.lastIndexOf('a', 4) == -1 && 'abca'.lastIndexOf('a') == 3 && 'abca'.lastIndexOf('', 9) == 9",
        "'abca'.lastIndexOf('b', 0) == -1 && 'abca'.lastIndexOf('a', 0) == 0 && 'abca'.lastIndexOf('bca', 1) == 1",
        "uint(0.9) == 0u && uint(0.0) == 0u && uint(18446744073709549568.0) > 0u && uint(self.n) == 3u",
        "timestamp(0).getHours('UTC') == 0 && timestamp(0).getHours('Local') == 0 && timestamp(0).getHours('Europe/Berlin') == 1",
        "timestamp(0).getMinutes('-02:30') == 30 && timestamp(0).getHours('-02:30') == 21 && timestamp(0).getMinutes('02:45') == 45",
        "timestamp(0).getHours('000000000000000000000000001:00') == 1 && timestamp(0).getHours('-9223372036854775808:00') >= 0",
        "duration('-90m').getHours() == -1 && duration('-1500ms').getSeconds() == -1 && duration('-1500ms').getMilliseconds() == -1500",
        "quantity('3').sub(1).compareTo(quantity('2')) == 0 && quantity('3').sub(quantity('1')).asInteger() == 2",
        "quantity('3').sub(1) == quantity('2') && quantity('2') != quantity('3').sub(1)",
        "semver('1.2.3-rc.2').isLessThan(semver('1.2.3-rc.10')) && semver('1.2.3-rc').isLessThan(semver('1.2.3-rc.1'))",
        "semver('1.2.3-1').isLessThan(semver('1.2.3-a')) && !semver('1.2.3-rc.a').isLessThan(semver('1.2.3-rc.10'))",
        "semver('1.2.3-rc.1+build.05').isLessThan(semver('1.2.3')) && semver('1.2.3+a').compareTo(semver('1.2.3+b')) == 0",
        "semver('v00.01.0010', true).patch() == 10 && semver('v1', true).minor() == 0 && semver('1.2.3+a', true).patch() == 3",
        "isSemver('1.2.3-a.b-c') && !isSemver('1.2.3-a..b') && !isSemver('1.2.3+') && !isSemver('1.2.3+a_b') && !isSemver('')",
        "cidr('10.0.0.0/8').containsIP(ip('10.0.0.1')) && !cidr('10.0.0.0/8').containsIP(ip('11.0.0.1')) && !cidr('10.0.0.0/8').containsIP('::1')",
        "[duration('1m'), duration('30s')].sum() == duration('90s') && [1.5, 2.0].sum() == 3.5",
        "[3, 1, 2].sortBy(x, -x) == [3, 2, 1] && ['bb', 'a'].sortBy(x, x.size()) == ['a', 'bb'] && self.ls.sortBy(x, x) == ['a', 'a', 'b']",
        "{'a': 1}.transformMapEntry(k, v, {v: k}) == {1: 'a'} && {'a': 1}.transformMapEntry(k, v, v > 1, {v: k}) == {}",
        "{'a': 1}.transformMap(k, v, v > 0, string(v)) == {'a': '1'} && [1, 2].transformList(i, v, i > 0, i + v) == [3]",
        "[1, 2].existsOne(i, x, x > 1) && [1, 2].exists_one(i, x, i == 1) && ['a'].map(x, x > 'A', x.size()) == [1]",
        "optional.of(1).optFlatMap(x, optional.of(x + 1)).value() == 2 && !optional.none().optMap(x, x).hasValue()",
        "self.n.orValue(1) == 3 && optional.none().or(optional.of(2)).value() == 2 && optional.none().orValue(3) == 3",
        "[?self.?x, ?self.?n] == [3] && {?'a': self.?x, ?'b': self.?n} == {'b': 3}",
        "[,].size() == 0 && {,}.size() == 0 && [1,] == [1] && {'a': 1,} == {'a': 1}",
        "-0x1 == -1 && !!true && --1 == 1 && - 1 == -1 && -(1) == -1",
        "has(has(self.n)) && '\\x41\\u0042\\103' == 'ABC' && '''a\"b''' == 'a\"b'",
        "semver('1.2.3') != self.n && quantity('1') != self.s && !(self.n == quantity('1')) && !(quantity('1') == null)",
        "self.ls.isSorted() || dyn([3, 1]).min() == 1",
        "1.5 in [1.5] && {1.5: 1}[1.5] == 1 && 0.0 / 0.0 != 0.0 / 0.0",
        "r'\\d' == '\\\\d' && b'\\xff'.size() == 1 && '\\u00e9' == 'é' && 0x1F == 31",
    ],
)  # fmt: skip
def test_expressions_hold(text: str) -> None:
    assert run(text) is True


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("self.missing == 1", "no such key: missing"),
        ("self.ls[5] == 'a'", "index out of bounds: 5"),
        ("1 / 0 == 1", "division by zero"),
        ("1 % 0 == 1", "modulus by zero"),
        ("9223372036854775807 + 1 > 0", "integer overflow"),
        ("[9223372036854775807, 1].sum() > 0", "integer overflow"),
        ("self.s < self.n", "no such overload"),
        ("duration('9000000000s') + duration('9000000000s') > duration('1s')", "integer overflow"),
        ("0.0 / 0.0 < 1.0", "NaN values cannot be ordered"),
        ("self.ls.filter(x, self.n).size() == 0", "no such overload"),
        ("[1].exists_one(x, dyn(x))", "no such overload"),
        ("uint(-0.5) == 0u", "unsigned integer overflow"),
        ("dyn(timestamp(0)).all(x, true)", "got 'types.Timestamp', expected iterable type"),
        ("quantity('2') == quantity('1').add(1)", "no such overload"),
        ("cidr('10.0.0.0/8').containsIP('x')", "no such overload"),
        (
            "cidr('::ffff:1.2.3.4/24').prefixLength() == 1",
            'IPv4-mapped IPv6 address "::ffff:1.2.3.4/24" is not allowed',
        ),
        ("semver('x1.2.3', true).major() == 1", 'Invalid character(s) found in major number "0x1"'),
        (
            "semver('1', true).major() == 1 && semver('1-a', true).major() == 1",
            "short version cannot contain PreRelease/Build meta data",
        ),
        ("semver('1.2.').patch() == 1", 'strconv.ParseUint: parsing "": invalid syntax'),
        ("'abca'.lastIndexOf('a', -1) == 0", "index out of range: -1"),
        ("uint(18446744073709551615.0) > 0u", "unsigned integer overflow"),
        ("uint(string(self.f)) == 0u", "type conversion error from 'string' to 'uint'"),
        ("uint(self.s + '1') == 0u", "type conversion error from 'string' to 'uint'"),
        (
            "timestamp(0).getHours('9223372036854775808:00') == 0",
            'strconv.Atoi: parsing "9223372036854775808": value out of range',
        ),
        ("timestamp(0).getHours('01:x') == 0", 'strconv.Atoi: parsing "x": invalid syntax'),
        ("timestamp(0).getHours('/etc') == 0", "time: invalid location name"),
        ("timestamp('9999-12-31T23:59:59Z') + duration('1s') > timestamp(0)", "timestamp overflow"),
        ("[duration('9223372036s'), duration('9223372036s')].sum() > duration('1s')", "integer overflow"),
        ("semver('') == semver('')", "Version string empty"),
        ("semver('..') == semver('')", 'strconv.ParseUint: parsing "": invalid syntax'),
        ("semver('1.2').major() == 1", "No Major.Minor.Patch elements found"),
        ("semver('1.a.3').major() == 1", 'Invalid character(s) found in minor number "a"'),
        ("semver('1.2.03').major() == 1", 'Patch number must not contain leading zeroes "03"'),
        ("semver('1.02.3').major() == 1", 'Minor number must not contain leading zeroes "02"'),
        ("semver('1.2.3-').major() == 1", "Prerelease is empty"),
        (
            "semver('1.2.3-01').major() == 1",
            'Numeric PreRelease version must not contain leading zeroes "01"',
        ),
        ("semver('1.2.3-a_b').major() == 1", 'Invalid character(s) found in prerelease "a_b"'),
        (
            "semver('1.2.3-18446744073709551616').major() == 1",
            'strconv.ParseUint: parsing "18446744073709551616": value out of range',
        ),
        ("semver('1.2.3+').major() == 1", "Build meta data is empty"),
        ("semver('1.2.3+a_b').major() == 1", 'Invalid character(s) found in build meta data "a_b"'),
        ("cidr('10.0.0.0').prefixLength() == 1", "netip.ParsePrefix(\"10.0.0.0\"): no '/'"),
        (
            "cidr('10.0.0.0/08').prefixLength() == 1",
            'netip.ParsePrefix("10.0.0.0/08"): bad bits after slash: "08"',
        ),
        (
            "cidr('10.0.0.0/33').prefixLength() == 1",
            'netip.ParsePrefix("10.0.0.0/33"): prefix length out of range',
        ),
        (
            "cidr('fe80::1%eth0/64').prefixLength() == 1",
            'netip.ParsePrefix("fe80::1%eth0/64"): IPv6 zones cannot be present in a prefix',
        ),
        ("{'a': 1, 'b': 1}.transformMapEntry(k, v, {v: k}) == {}", "insert failed: key 1 already exists"),
        ("[1].transformMapEntry(k, v, dyn(v)) == {}", "no such overload: cel.@mapInsert(map, int)"),
        ("[1, 2].sortBy(x, self.none) == []", "list elements must be comparable"),
        ("[1, 2].sortBy(x, dyn(x == 1 ? x : self.s)) == []", "list elements must have the same type"),
        (
            "[1].sortBy(x, int(self.s)) == [] || true",
            "internal error: interface conversion: *types.Err is not traits.Lister: missing method Add",
        ),
        ("dyn([self.s]).sum() == 1", "no such overload: sum(list)"),
        ("dyn([self.n, self.f]).sum() == 1", "no such overload"),
        ("dyn([self.none]).min() == 1", "no such overload: min(list)"),
        ("self.m.sort() == []", "no such overload: sort"),
        ("self.n.optMap(x, x).hasValue()", "no such overload: hasValue(int)"),
        ("self.n.optFlatMap(x, optional.of(x)).hasValue()", "no such overload: hasValue(int)"),
        ("self.n.all(i, x, true)", "unsupported comprehension range type: types.Int"),
        ("semver('1.2.3') == self.n", "no such overload"),
        ("quantity('1') == self.s", "no such overload"),
        (
            "duration(self.n) == duration('1s')",
            "type conversion error from 'int' to 'google.protobuf.Duration'",
        ),
        ("double(self.s + '1') == 1.0", "type conversion error from 'string' to 'double'"),
        ("double('1e' + string(self.n) + '99') == 1.0", "type conversion error from 'string' to 'double'"),
        ("int(self.s) == 1", "type conversion error from 'string' to 'int'"),
        ("1.0 < 0.0 / 0.0", "NaN values cannot be ordered"),
        ("self.f >= 0.0 / 0.0", "NaN values cannot be ordered"),
        ("self.f <= 0.0 / 0.0", "NaN values cannot be ordered"),
        ("self.f > 0.0 / 0.0", "NaN values cannot be ordered"),
        ("[1 / 0, 1 % 0].size() == 2", "division by zero"),
        ("self.ls.filter(x, dyn(x)).size() == 0", "no such overload"),
        ("url('').getHost() == ''", 'parse "": empty url'),
        ("url('a').getHost() == ''", 'parse "a": invalid URI for request'),
        ("url(' ').getHost() == ''", 'parse " ": invalid URI for request'),
        ("url('a\\nb').getHost() == ''", "net/url: invalid control character in URL"),
        ("url('http://a b/').getHost() == ''", 'invalid character " " in host name'),
        ("url('http://a:b/').getHost() == ''", 'invalid port ":b" after host'),
        ("url('http://[::1/').getHost() == ''", "missing ']' in host"),
        ("url('/a%zz').getHost() == ''", 'invalid URL escape "%zz"'),
        (
            "[int(self.s)].sort() == [] || true",
            "internal error: interface conversion: *types.Err is not traits.Lister",
        ),
    ],
)
def test_what_fails_says_why(text: str, words: str) -> None:
    with pytest.raises(CelError) as caught:
        run(text)
    assert words in str(caught.value)
