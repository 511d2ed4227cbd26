"""What both scripts share: a declaration read, checked and mapped with lxml, and its receipt.

This is what a competent engineer writes in an afternoon for one kind of message: the schema, the
totals, the code lists, the ministry's names, the idempotency key. It has no drafts, no dialects, no
batches, no results and no operator.
"""
import base64
import csv
import datetime
import decimal
import hashlib
import http.client
import os

from lxml import etree

NS = "{urn:permitd:mep:1}"
GATEWAY = "urn:mep:gateway:1"
CHINA = datetime.timezone(datetime.timedelta(hours=8))
BITS = {"single-batch": "0", "multi-batch": "1", "new": "0", "used": "1"}
BEFORE_GOODS = (("corpCde", "Importer/Code"), ("corpCna", "Importer/Name"),
                ("tradeScCode", "Importer/Uscc"), ("corpTradeScCode", "EndUser/Uscc"),
                ("jkUser", "EndUser/Name"), ("area", "EndUser/Region"),
                ("operName", "Handler/Name"), ("mobile", "Handler/Mobile"),
                ("tel", "Handler/Phone"), ("trdCde", "TradeMode"),
                ("currOrCde", "ForeignExchangeSource"), ("cdUseCde", "GoodsUse"))
CONTRACT = (("econtNo", "Number"), ("econtSignDte", "SignedOn"),
            ("traderNa", "ForeignTrader/NameZh"), ("traderEnNa", "ForeignTrader/NameEn"),
            ("eCnyNa", "ForeignTrader/Country"), ("makerNa", "ForeignManufacturer/NameZh"),
            ("makerEnNa", "ForeignManufacturer/NameEn"),
            ("eOrCnyNa", "ForeignManufacturer/Country"), ("econtQty", "Quantity"),
            ("econtAmt", "Amount"), ("ecoutCurr", "Currency"),
            ("eContPodDte", "ExpectedArrivalOn"), ("brandName", "Brand"), ("brandNum", "Model"),
            ("specDetail", "SpecificationDetail"))


class Rejected(Exception):
    """The document is wrong; the text says how."""


class Submission:
    __slots__ = ("name", "message_id", "reference", "key", "body", "digest", "application_no")


def qualified(path):
    return "/".join(NS + step for step in path.split("/"))


BEFORE_GOODS = tuple((to, qualified(path)) for to, path in BEFORE_GOODS)
CONTRACT = tuple((to, qualified(path)) for to, path in CONTRACT)


class Declarations:
    def __init__(self, share, senders):
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False,
                                      remove_blank_text=True)
        self.schema = etree.XMLSchema(etree.parse(os.path.join(share, "xsd/permitd-mep-1.xsd")))
        self.senders = set(senders)
        self.lists = os.path.join(share, "config/codes")
        self.alpha2 = self.column("countries", "alpha2")
        self.currency = self.column("currencies", "customs_code")
        self.name = self.column("commodities", "name_zh")
        self.unit = self.column("commodities", "unit")
        self.rate = {code: decimal.Decimal(rate)
                     for code, rate in self.column("exchange-rates", "usd_per_unit").items()}

    def column(self, file, column):
        path = os.path.join(self.lists, file + ".csv")
        with open(path, encoding="utf-8", newline="") as rows:
            return {row["code"]: row[column] for row in csv.DictReader(rows)}

    def read(self, name, content):
        """A submission, or Rejected."""
        try:
            root = etree.fromstring(content, self.parser)
        except etree.XMLSyntaxError as error:
            raise Rejected(str(error)) from None
        if not self.schema.validate(root):
            raise Rejected(str(self.schema.error_log.last_error))
        header, body = root
        made = Submission()
        made.name = name
        made.message_id, sender = header[0].text, header[1].text
        if body.tag != NS + "LicenceApplication" or sender not in self.senders:
            raise Rejected(f"{body.tag} of {sender} is not taken here")
        made.reference = body[0].text
        canonical = hashlib.sha256(etree.tostring(body, method="c14n")).hexdigest()
        parts = ("permitd1", sender, made.message_id, made.reference, canonical)
        key = base64.b32encode(hashlib.sha256("\0".join(parts).encode()).digest())
        made.key = key.decode().lower().rstrip("=")
        made.body = self.request(body, made)
        made.digest = base64.b64encode(hashlib.sha256(made.body).digest()).decode()
        made.application_no = ""
        return made

    def coded(self, table, code):
        try:
            return table[code]
        except KeyError:
            raise Rejected(f"the code {code} is in no list") from None

    def request(self, body, made):
        at = datetime.datetime.now(CHINA).isoformat(timespec="milliseconds")
        root = etree.Element(f"{{{GATEWAY}}}mepRequest", nsmap={None: GATEWAY}, type="application",
                             key=made.key, at=at)
        application = etree.SubElement(root, f"{{{GATEWAY}}}application")

        def add(parent, name, text):
            if text:
                etree.SubElement(parent, f"{{{GATEWAY}}}{name}").text = text

        for to, path in BEFORE_GOODS:
            add(application, to, body.findtext(path))
        for front, tag in (("bg", "CustomsOffice"), ("my", "TradingCountry"),
                           ("yc", "OriginCountry")):
            for number, each in enumerate(body.findall(NS + tag), 1):
                text = each.text if front == "bg" else self.coded(self.alpha2, each.text)
                add(application, f"{front}{number}", text)
        add(application, "oneMk", BITS[body.findtext(NS + "UsageMode")])
        self.add_goods(application, body, add)
        add(application, "note", body.findtext(NS + "Remarks"))
        add(application, "year", body.findtext(NS + "Year"))
        self.add_contract(application, body, add)
        self.add_files(application, body, add)
        add(application, "clientRef", made.reference)
        return etree.tostring(root, xml_declaration=True, encoding="UTF-8")

    def add_goods(self, application, body, add):
        goods = body.find(NS + "SingleMachine")
        if goods is None:
            raise Rejected("projects are not taken here")
        code, currency = goods[0].text, goods[2].text
        unit = self.coded(self.unit, code)
        rate = self.coded(self.rate, currency)
        add(application, "businessCode", code)
        add(application, "businessName", self.name[code])
        add(application, "goodsState", BITS[goods[1].text])
        add(application, "currCde", self.coded(self.currency, currency))
        lines = etree.SubElement(application, f"{{{GATEWAY}}}infoList")
        quantities = amounts = dollars = decimal.Decimal(0)
        cent = decimal.Decimal("0.01")
        for line in goods[3:]:
            model, quantity, price = (each.text for each in line[:3])
            amount = (decimal.Decimal(quantity) * decimal.Decimal(price)).quantize(cent)
            given = line.findtext(NS + "Amount")
            if given and decimal.Decimal(given) != amount:
                raise Rejected(f"the amount of {model} is {amount}")
            usd = (amount * rate).quantize(cent)
            quantities, amounts, dollars = (quantities + decimal.Decimal(quantity),
                                            amounts + amount, dollars + usd)
            info = etree.SubElement(lines, f"{{{GATEWAY}}}info")
            for name, text in (("spec", model), ("qty", quantity), ("unit", unit),
                               ("price", price), ("amount", str(amount)), ("amountUsd", str(usd))):
                add(info, name, text)
        total = body.findtext(NS + "Totals/" + NS + "Amount")
        if total and decimal.Decimal(total) != amounts:
            raise Rejected(f"the total is {amounts}")
        add(application, "qtySum", str(quantities))
        add(application, "amountSum", str(amounts))
        add(application, "amountUsdSum", str(dollars))

    def add_contract(self, application, body, add):
        contract = body.find(NS + "Contract")
        if contract is None:
            return
        out = etree.SubElement(application, f"{{{GATEWAY}}}contract")
        for to, path in CONTRACT:
            text = contract.findtext(path)
            if text and to in ("eCnyNa", "eOrCnyNa"):
                text = self.coded(self.alpha2, text)
            if text and to == "ecoutCurr":
                text = self.coded(self.currency, text)
            add(out, to, text)

    def add_files(self, application, body, add):
        files = body.findall(NS + "Attachment")
        if not files:
            return
        out = etree.SubElement(application, f"{{{GATEWAY}}}attachList")
        for each in files:
            attach = etree.SubElement(out, f"{{{GATEWAY}}}attach")
            content = "".join(each.text.split())
            size = len(content) // 4 * 3 - content.count("=")
            for name, text in (("name", each.get("name")), ("type", each.get("mediaType")),
                               ("size", str(size)), ("content", content)):
                add(attach, name, text)


class Ministry:
    """One kept connection."""

    def __init__(self, address):
        self.connection = http.client.HTTPConnection(address, timeout=30)
        self.parser = etree.XMLParser(resolve_entities=False, no_network=True)

    def declare(self, submission):
        """The application number."""
        self.connection.request("POST", "/mep/v1/messages", submission.body, {
            "Content-Type": "application/xml; charset=utf-8",
            "Idempotency-Key": f'"{submission.key}"',
            "Content-Digest": f"sha-256=:{submission.digest}:"})
        answer = self.connection.getresponse()
        text = answer.read()
        if answer.status != 202:
            raise Rejected(f"the ministry says {answer.status}: {text.decode()}")
        root = etree.fromstring(text, self.parser)
        if root.tag != f"{{{GATEWAY}}}mepAck" or root[0].text != submission.key:
            raise Rejected("the ministry acknowledges something else")
        return root.findtext(f"{{{GATEWAY}}}applicationNo")


def receipt(number, submission):
    """Name and bytes of the receipt `submitted`."""
    at = datetime.datetime.now(CHINA).isoformat(timespec="milliseconds")
    text = (f'<?xml version="1.0" encoding="UTF-8"?>\n<Receipt xmlns="urn:permitd:mep:1" '
            f'number="{number:012}" sequence="{number}" kind="submitted" stage="progress">\n'
            f"  <IssuedAt>{at}</IssuedAt>\n  <InReplyTo>\n"
            f"    <MessageId>{submission.message_id}</MessageId>\n"
            "    <MessageType>LicenceApplication</MessageType>\n"
            f'    <File name="{submission.name}"/>\n  </InReplyTo>\n  <Subject>\n'
            f"    <ApplicationRef>{submission.reference}</ApplicationRef>\n"
            f"    <ApplicationNo>{submission.application_no}</ApplicationNo>\n  </Subject>\n"
            '  <State code="UNDER_REVIEW">审批中</State>\n  <Resend>no</Resend>\n</Receipt>\n')
    return f"{number:012}_submitted_{submission.message_id}.xml", text.encode()
