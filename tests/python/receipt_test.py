"""Receipts and their keys."""

from __future__ import annotations

import pathlib

import pytest
from conftest import HOSTILE_PNG, PNG

import uploadgate

POLICY = uploadgate.Policy(extensions=["png"], name="images")


def judged(content: bytes = PNG) -> uploadgate.Inspection:
    inspection = POLICY.inspect(filename="a.png")
    inspection.feed(content)
    inspection.finish()
    return inspection


@pytest.mark.parametrize("algorithm", ["ed25519", "hmac-sha256"])
def test_a_receipt_is_signed_and_verified(algorithm: str, tmp_path: pathlib.Path) -> None:
    path = tmp_path / "keys.json"
    path.write_text(uploadgate.ReceiptKeys.generate("k1", algorithm))
    keys = uploadgate.ReceiptKeys.load(path)
    inspection = judged()
    receipt = uploadgate.Receipt(inspection.verdict, inspection.facts, POLICY, issued=1_700_000_000)
    text = keys.sign(receipt)
    read = keys.verify(text)
    assert read == receipt and read.sha256 == inspection.facts.sha256 and read.issued == 1_700_000_000
    assert (read.policy, read.policy_sha256, read.width) == ("images", POLICY.digest, 64)
    read.require(inspection.facts, POLICY)


def test_a_receipt_that_does_not_hold_says_why() -> None:
    keys = uploadgate.ReceiptKeys(uploadgate.ReceiptKeys.generate("k1"))
    others = uploadgate.ReceiptKeys(uploadgate.ReceiptKeys.generate("k2"))
    same_name = uploadgate.ReceiptKeys(uploadgate.ReceiptKeys.generate("k1"))
    inspection = judged()
    receipt = uploadgate.Receipt(inspection.verdict, inspection.facts, POLICY)
    text = keys.sign(receipt)
    other = uploadgate.Policy().inspect(filename="a.txt")
    other.feed(b"text\n")
    other.finish()
    for reason, check in {
        "malformed": lambda: keys.verify(text + "="),
        "unknown_key": lambda: others.verify(text),
        "bad_signature": lambda: same_name.verify(text),
        "other_content": lambda: receipt.require(other.facts),
        "other_policy": lambda: receipt.require(inspection.facts, uploadgate.Policy()),
    }.items():
        with pytest.raises(uploadgate.ReceiptError) as caught:
            check()
        assert caught.value.reason == reason


def test_only_an_accepted_file_gets_a_receipt() -> None:
    inspection = judged(HOSTILE_PNG)
    with pytest.raises(ValueError):
        uploadgate.Receipt(inspection.verdict, inspection.facts, POLICY)


def test_public_keys_verify_and_do_not_sign() -> None:
    keys = uploadgate.ReceiptKeys(uploadgate.ReceiptKeys.generate("k1"))
    public = uploadgate.ReceiptKeys(keys.public_json())
    inspection = judged()
    receipt = uploadgate.Receipt(inspection.verdict, inspection.facts, POLICY)
    assert public.verify(keys.sign(receipt)) == receipt
    with pytest.raises(RuntimeError):
        public.sign(receipt)


def test_wrong_keys_are_configuration_errors() -> None:
    with pytest.raises(uploadgate.ConfigurationError):
        uploadgate.ReceiptKeys('{"keys": 1}')
