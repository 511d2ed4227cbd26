"""Declarations for measuring: the realistic mix of 2.5 to 6 kB, made from a seed.

Each is valid against xsd/ and the rules, names an application of its own, and has beside it the
request that the ministry would get, for programs that do not map. Bodies repeat after a thousand
documents; ids, references and contract numbers never do. In the mix `attachments` one document in
twenty bears one or two files of 20 to 200 kB.
"""
import base64
import csv
import datetime
import hashlib
import pathlib
import random

CHECKOUT = pathlib.Path(__file__).resolve().parents[2]
CHINA = datetime.timezone(datetime.timedelta(hours=8))
SENDER = "91110108MA0000015T"
BODIES_MAX = 1000
BYTES_LEAST, BYTES_MOST = 2500, 6000
OWN_BYTES = 30  # as much as ids and references may be shorter than their places
MIXES = ("plain", "attachments")
ID, REFERENCE, KEY = "{message-id}", "{reference}", "{key}"

USCC_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
CITIES = {"上海": "310000", "深圳": "440300", "苏州": "320500", "青岛": "370200", "武汉": "420100",
          "成都": "510100", "沈阳": "210100", "宁波": "330200"}
TRADES = ("精密机械", "汽车零部件", "电子科技", "重型装备", "轨道交通设备", "新能源", "印刷包装",
          "纺织机械")
TRADERS = (("DEU", "Beispiel Werkzeugmaschinen GmbH"), ("JPN", "Rei Seisakusho Co., Ltd."),
           ("KOR", "Example Heavy Industries Co., Ltd."), ("USA", "Sample Machine Tool Corp."),
           ("CHE", "Muster Präzision AG"), ("ITA", "Esempio Macchine S.p.A."))
CURRENCIES = ("EUR", "USD", "CHF", "CNY", "GBP")
DETAIL = ("数控系统采用全闭环控制，主轴最高转速每分钟一万二千转，重复定位精度正负千分之三毫米，"
          "配自动换刀装置及切削液过滤单元，随机附带安装调试工具、备品备件及中文技术资料。")


def rows(name):
    with open(CHECKOUT / "config/codes" / f"{name}.csv", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def organisation_code(eight):
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(int(c, 36) * weight for c, weight in zip(eight, weights))
    return eight + "0123456789X0"[11 - total % 11]


def uscc(area, organisation):
    first = "91" + area + organisation
    total = sum(USCC_DIGITS.index(c) * pow(3, i, 31) for i, c in enumerate(first))
    return first + USCC_DIGITS[-total % 31]


def escaped(text):
    return text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")


def element(name, text):
    return f"<{name}>{escaped(text)}</{name}>"


def money(cents):
    return f"{cents // 100}.{cents % 100:02}"


class Lists:
    """What the rules look codes up in."""

    def __init__(self):
        self.commodities = [row for row in rows("commodities") if "O" in row["supervision"]]
        self.alpha2 = {row["code"]: row["alpha2"] for row in rows("countries")}
        self.currency = {row["code"]: row["customs_code"] for row in rows("currencies")}
        self.offices = [row["code"] for row in rows("customs-offices") if row["code"][2:] != "00"]
        # Ten-thousandths of a dollar for one.
        self.rate = {row["code"]: round(float(row["usd_per_unit"]) * 10_000)
                     for row in rows("exchange-rates")}

    def usd(self, cents, currency):
        return (cents * self.rate[currency] + 5_000) // 10_000


class Body:
    """One declaration and its request, with places for what is its own."""

    def __init__(self, dice, lists, now, attachments):
        self.dice, self.lists, self.now = dice, lists, now
        self.attachments = attachments
        self.choose()
        while len(self.message().encode()) < BYTES_LEAST + OWN_BYTES:
            self.add_line()

    def choose(self):
        dice = self.dice
        self.city = dice.choice(sorted(CITIES))
        self.user = f"{self.city}某某{dice.choice(TRADES)}有限公司"
        organisation = organisation_code(f"MA{dice.randrange(10**6):06}")
        self.user_uscc = uscc(CITIES[self.city], organisation)
        self.goods = dice.choice(self.lists.commodities)
        self.currency = dice.choice(CURRENCIES)
        self.country, self.trader = dice.choice(TRADERS)
        self.maker_country, self.maker = dice.choice(TRADERS)
        self.offices = dice.sample(self.lists.offices, dice.choice((1, 2)))
        self.mode = dice.choice(("single-batch", "multi-batch"))
        self.detail = DETAIL * dice.choice((1, 1, 2, 3))
        self.remarks = "进口设备用于" + dice.choice(("生产线扩建", "技术改造", "替换旧设备")) + "项目"
        self.mobile = f"13{dice.randrange(10**9):09}"
        self.signed = self.now.date() - datetime.timedelta(days=dice.randrange(10, 200))
        self.arrival = self.now.date() + datetime.timedelta(days=dice.randrange(5, 120))
        self.lines = []
        for _ in range(dice.choice((4, 6, 8, 10, 13, 16, 20))):
            self.add_line()

    def add_line(self):
        dice, number = self.dice, len(self.lines) + 1
        model = f"VMC-{dice.randrange(300, 1900)}{dice.choice('LXS')}-{number:02} 数控"
        self.lines.append((model, dice.randrange(1, 60), dice.randrange(100_000, 90_000_000)))

    @property
    def quantity(self):
        return sum(quantity for _, quantity, _ in self.lines)

    @property
    def amount(self):
        return sum(quantity * price for _, quantity, price in self.lines)

    def message(self):
        year, at = self.now.year, self.now.isoformat(timespec="seconds")
        organisation = SENDER[8:17]
        out = ['<?xml version="1.0" encoding="UTF-8"?>\n<Message xmlns="urn:permitd:mep:1">\n'
               f"<Header><MessageId>{ID}</MessageId><Sender>{SENDER}</Sender>"
               f"<CreatedAt>{at}</CreatedAt></Header>\n"
               f'<LicenceApplication function="submit">\n<ApplicationRef>{REFERENCE}'
               f"</ApplicationRef>\n<Year>{year}</Year>\n<Importer><Code>1101{organisation}</Code>"
               f"<Uscc>{SENDER}</Uscc><Name>北京某某国际贸易有限公司</Name></Importer>\n"
               f"<EndUser><Uscc>{self.user_uscc}</Uscc><Name>{self.user}</Name>"
               f"<Region>{CITIES[self.city]}</Region></EndUser>\n"
               f"<Handler><Name>张三</Name><Mobile>{self.mobile}</Mobile></Handler>\n"
               "<TradeMode>10</TradeMode>\n"
               "<ForeignExchangeSource>01</ForeignExchangeSource>\n<GoodsUse>01</GoodsUse>\n"]
        out += [f"<CustomsOffice>{office}</CustomsOffice>\n" for office in self.offices]
        out.append(f"<TradingCountry>{self.country}</TradingCountry>\n"
                   f"<OriginCountry>{self.maker_country}</OriginCountry>\n"
                   f"<UsageMode>{self.mode}</UsageMode>\n"
                   f"<SingleMachine><CommodityCode>{self.goods['code']}</CommodityCode>"
                   f"<Condition>new</Condition><Currency>{self.currency}</Currency>\n")
        for model, quantity, price in self.lines:
            out.append(f"<Specification>{element('Model', model)}<Quantity>{quantity}</Quantity>"
                       f"<UnitPrice>{money(price)}</UnitPrice>"
                       f"<Amount>{money(quantity * price)}</Amount></Specification>\n")
        out.append("</SingleMachine>\n"
                   f"<Totals><Quantity>{self.quantity}</Quantity>"
                   f"<Amount>{money(self.amount)}</Amount></Totals>\n" + self.contract())
        out += [f'<Attachment name="{name}" mediaType="application/pdf">{content}</Attachment>\n'
                for name, _, content in self.attachments]
        out.append(f"{element('Remarks', self.remarks)}\n</LicenceApplication>\n</Message>\n")
        return "".join(out)

    def contract(self):
        return (f"<Contract><Number>HT-{REFERENCE}</Number><SignedOn>{self.signed}</SignedOn>"
                f"<ForeignTrader>{element('NameEn', self.trader)}<Country>{self.country}</Country>"
                f"</ForeignTrader>\n<ForeignManufacturer>{element('NameEn', self.maker)}"
                f"<Country>{self.maker_country}</Country></ForeignManufacturer>\n"
                f"<Quantity>{self.quantity}</Quantity><Amount>{money(self.amount)}</Amount>"
                f"<Currency>{self.currency}</Currency>"
                f"<ExpectedArrivalOn>{self.arrival}</ExpectedArrivalOn><Brand>EXAMPLE</Brand>"
                f"{element('SpecificationDetail', self.detail)}</Contract>\n")

    def request(self):
        lists, usd = self.lists, self.lists.usd
        alpha2 = lists.alpha2
        offices = "".join(f"<bg{i}>{office}</bg{i}>" for i, office in enumerate(self.offices, 1))
        infos, usd_sum = [], 0
        for model, quantity, price in self.lines:
            dollars = usd(quantity * price, self.currency)
            usd_sum += dollars
            infos.append(f"<info>{element('spec', model)}<qty>{quantity}</qty>"
                         f"<unit>{self.goods['unit']}</unit><price>{money(price)}</price>"
                         f"<amount>{money(quantity * price)}</amount>"
                         f"<amountUsd>{money(dollars)}</amountUsd></info>")
        attached = "".join(f"<attach><name>{name}</name><type>application/pdf</type>"
                           f"<size>{size}</size><content>{content}</content></attach>"
                           for name, size, content in self.attachments)
        return ('<?xml version="1.0" encoding="UTF-8"?>\n<mepRequest xmlns="urn:mep:gateway:1"'
                f' type="application" key="{KEY}" at="{self.now.isoformat(timespec="seconds")}">'
                f"<application><corpCde>1101{SENDER[8:17]}</corpCde>"
                f"<corpCna>北京某某国际贸易有限公司</corpCna><tradeScCode>{SENDER}</tradeScCode>"
                f"<corpTradeScCode>{self.user_uscc}</corpTradeScCode><jkUser>{self.user}</jkUser>"
                f"<area>{CITIES[self.city]}</area><operName>张三</operName>"
                f"<mobile>{self.mobile}</mobile><trdCde>10</trdCde><currOrCde>01</currOrCde>"
                f"<cdUseCde>01</cdUseCde>{offices}<my1>{alpha2[self.country]}</my1>"
                f"<yc1>{alpha2[self.maker_country]}</yc1>"
                f"<oneMk>{int(self.mode == 'multi-batch')}</oneMk>"
                f"<businessCode>{self.goods['code']}</businessCode>"
                f"{element('businessName', self.goods['name_zh'])}<goodsState>0</goodsState>"
                f"<currCde>{lists.currency[self.currency]}</currCde>"
                f"<infoList>{''.join(infos)}</infoList><qtySum>{self.quantity}</qtySum>"
                f"<amountSum>{money(self.amount)}</amountSum>"
                f"<amountUsdSum>{money(usd_sum)}</amountUsdSum>{element('note', self.remarks)}"
                f"<year>{self.now.year}</year>{self.contract_of_request()}"
                + (f"<attachList>{attached}</attachList>" if attached else "")
                + f"<clientRef>{REFERENCE}</clientRef></application></mepRequest>")

    def contract_of_request(self):
        alpha2 = self.lists.alpha2
        return (f"<contract><econtNo>HT-{REFERENCE}</econtNo><econtSignDte>{self.signed}"
                f"</econtSignDte>{element('traderEnNa', self.trader)}"
                f"<eCnyNa>{alpha2[self.country]}</eCnyNa>{element('makerEnNa', self.maker)}"
                f"<eOrCnyNa>{alpha2[self.maker_country]}</eOrCnyNa>"
                f"<econtQty>{self.quantity}</econtQty><econtAmt>{money(self.amount)}</econtAmt>"
                f"<ecoutCurr>{self.lists.currency[self.currency]}</ecoutCurr>"
                f"<eContPodDte>{self.arrival}</eContPodDte><brandName>EXAMPLE</brandName>"
                f"{element('specDetail', self.detail)}</contract>")


class Generator:
    """Documents by number: the same seed, mix and time give the same bytes."""

    def __init__(self, seed, mix="plain", now=None, bodies=BODIES_MAX):
        self.now = now or datetime.datetime.now(CHINA).replace(microsecond=0)
        dice, lists = random.Random(seed), Lists()
        self.bodies = []
        for number in range(bodies):
            files = self.files(dice) if mix == "attachments" and number % 20 == 0 else []
            self.bodies.append(Body(dice, lists, self.now, files))
        self.texts = [self.parts(body.message()) for body in self.bodies]

    @staticmethod
    def files(dice):
        out = []
        for number in range(dice.choice((1, 1, 2))):
            bytes_ = b"%PDF-1.4\n" + dice.randbytes(dice.randrange(20_000, 200_000))
            content = base64.b64encode(bytes_).decode()
            out.append((f"contract-{number + 1}.pdf", len(bytes_), content))
        return out

    @staticmethod
    def parts(text):
        before, after = text.encode().split(ID.encode())
        return before, after.split(REFERENCE.encode())

    @staticmethod
    def name(prefix, number):
        return f"{prefix}-{number:07}"

    def message(self, prefix, number):
        """The bytes of one file."""
        name = self.name(prefix, number).encode()
        before, after = self.texts[number % len(self.texts)]
        return before + name + name.join(after)

    def request(self, prefix, number):
        """What the ministry would get: key, digest of the body, body."""
        name = self.name(prefix, number)
        key = base64.b32encode(hashlib.sha256(name.encode()).digest()).decode()
        key = key.lower().rstrip("=")
        text = self.bodies[number % len(self.bodies)].request()
        body = text.replace(KEY, key).replace(REFERENCE, name).encode()
        digest = base64.b64encode(hashlib.sha256(body).digest()).decode()
        return key, digest, body

    def batch(self, prefix, count):
        """One file with all of them, in pieces."""
        yield ('<?xml version="1.0" encoding="UTF-8"?>\n<Batch xmlns="urn:permitd:mep:1"><Header>'
               f"<BatchId>{prefix}</BatchId><Sender>{SENDER}</Sender>"
               f"<CreatedAt>{self.now.isoformat()}</CreatedAt>"
               f"<MessageCount>{count}</MessageCount></Header>\n").encode()
        for number in range(count):
            message = self.message(prefix, number)
            yield message[message.index(b"<Message"):]
        yield b"</Batch>\n"

    def write(self, folder, prefix, count, first=0):
        """One file each, with its names in order."""
        folder.mkdir(parents=True, exist_ok=True)
        names = []
        for number in range(first, first + count):
            names.append(self.name(prefix, number) + ".xml")
            with open(folder / names[-1], "xb") as file:
                file.write(self.message(prefix, number))
        return names

    def write_requests(self, folder, prefix, count):
        """One file each: a line with the key, a line with the digest, the body."""
        folder.mkdir(parents=True, exist_ok=True)
        for number in range(count):
            key, digest, body = self.request(prefix, number)
            with open(folder / self.name(prefix, number), "xb") as file:
                file.write(f"{key}\n{digest}\n".encode() + body)
