"""The split of a payment over the lines of a joint invoice."""

from hypothesis import given
from hypothesis import strategies as st

from learning.fees.rules.matching import Candidate, Receipt, Share, match, split_joint, suggest

NUMBER, REFERENCE = "INV-2026-000042", "RF71INV2026000042"


def line(position: int, left: int) -> Candidate:
    return Candidate(
        invoice_id=100 + position, account_id=position, payer="sponsor", number=NUMBER,
        reference=REFERENCE, open=left, currency="EUR", name="Ministère du Travail",
        joint=NUMBER, position=position,
    )  # fmt: skip


def receipt(minor: int, text: str = "", reference: str = "") -> Receipt:
    return Receipt(minor=minor, currency="EUR", name="", iban="", reference=reference, text=text)


def parts(*shares: Share) -> dict[int, int]:
    return {each.account_id: each.minor for each in shares}


@given(
    st.integers(1, 10**9),
    st.lists(st.integers(0, 10**7), min_size=1, max_size=50),
)
def test_the_parts_sum_to_the_payment_and_pay_in_order(minor: int, left: list[int]) -> None:
    lines = [line(position, each) for position, each in enumerate(left, 1)]
    found = parts(*split_joint(minor, list(reversed(lines))))
    assert sum(found.values()) == minor
    assert all(each > 0 for each in found.values())
    if minor <= sum(left):
        assert all(found.get(each.account_id, 0) <= each.open for each in lines)
        unpaid = [each for each in lines if found.get(each.account_id, 0) < each.open]
        assert all(each.account_id not in found for each in unpaid[1:])
    else:
        assert all(found.get(each.account_id, 0) >= each.open for each in lines)


def test_what_is_over_goes_to_the_line_that_is_closed() -> None:
    lines = [line(1, 98000), line(2, 0), line(3, 98000)]
    assert parts(*split_joint(294000, lines)) == {1: 98000, 2: 98000, 3: 98000}
    assert parts(*split_joint(10, [line(1, 5), line(2, 0)])) == {1: 5, 2: 5}
    assert parts(*split_joint(10, [line(1, 2), line(2, 3)])) == {1: 7, 2: 3}


def test_the_reference_or_the_number_matches_whatever_the_amount() -> None:
    lines = [line(each, 98000) for each in (1, 2, 3)]
    assert parts(*match(receipt(294000, reference=REFERENCE), lines)) == dict.fromkeys(
        (1, 2, 3), 98000
    )
    assert parts(*match(receipt(100000, text="inv 2026 000042"), lines)) == {1: 98000, 2: 2000}
    other = Candidate(
        invoice_id=9, account_id=9, payer="participant", number="INV-2026-000043", reference="",
        open=5, currency="EUR", name="",
    )  # fmt: skip
    both = f"{NUMBER} INV-2026-000043"
    assert match(receipt(294006, text=both), [*lines, other]) == ()
    assert sum(parts(*match(receipt(294005, text=both), [*lines, other])).values()) == 294005


def test_a_joint_invoice_is_suggested_as_one_payer() -> None:
    lines = [line(each, 98000) for each in (1, 2)]
    found = suggest(receipt(196000, text="INV-2026-000024"), lines)
    assert found
    assert parts(*found.shares) == {1: 98000, 2: 98000}
