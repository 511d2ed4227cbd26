#include "print/application_boxes.hpp"

#include <array>

#include "edi/application.hpp"

namespace print {

namespace {

using Paragraphs = std::vector<Paragraph>;

constexpr double half_width = form_width / 2;
// Boxes 12 to 17.
constexpr std::array<double, 5> first_columns{178, 42, 70, 74, 78};
constexpr double usd_width = form_width - 178 - 42 - 70 - 74 - 78;
constexpr std::array<double, 6> column_widths{first_columns[0], first_columns[1], first_columns[2],
                                              first_columns[3], first_columns[4], usd_width};

// What the boxes are at least, as on the ministry's form; names are four lines at most before they
// shrink.
constexpr double party_height = 72, term_height = 30, goods_height = 36, columns_height = 32;
constexpr double line_height = 26, total_height = 26, stamp_height = 96, date_height = 22;
constexpr double party_height_most = 92, goods_height_most = 62, stamp_height_most = 120;
constexpr double number_least_size = 5;

const std::string form_zh = "机电产品进口申请表";
const std::string form_en = "APPLICATION FORM FOR IMPORT OF MECHANICAL AND ELECTRICAL PRODUCTS";

std::string condition(std::string_view code) {
    if (code == "new") return "新 New";
    if (code == "used") return "旧 Used";
    return std::string{code};
}

std::string joined(std::string_view first, std::string_view second, std::string_view between) {
    std::string out{first};
    if (!first.empty() && !second.empty()) out += between;
    return out += second;
}

Paragraph small(const std::string& zh, const std::string& en, const std::string& text) {
    return {{{zh, label_size}, {" " + en + " ", gloss_size}, {text, line_size}}};
}

// White space as one blank each: the last means for an opinion of many short lines.
Paragraph run_on(Paragraph paragraph) {
    for (Run& run : paragraph.runs) run.text = base::collapsed(run.text);
    return paragraph;
}

}  // namespace

ApplicationBoxes::ApplicationBoxes(const Sheet& sheet, const ApplicationForm& form,
                                   const Names& names)
    : sheet_(sheet), form_(form), names_(names) {}

bool ApplicationBoxes::is_project() const { return form_.application.child("Project") != nullptr; }

std::string ApplicationBoxes::text(std::string_view path) const {
    return std::string{form_.application.text_at(path)};
}

std::string ApplicationBoxes::currency() const {
    return names_.named("currencies",
                        text(is_project() ? "Project/Currency" : "SingleMachine/Currency"));
}

Paragraphs ApplicationBoxes::all(std::string_view name) const {
    Paragraphs out;
    for (const base::Element* each : form_.application.all(name))
        out.push_back(value(name == "CustomsOffice" ? names_.named("customs-offices", each->text)
                                                    : names_.country(each->text)));
    return out;
}

Box ApplicationBoxes::half(Paragraph heading, Paragraphs values, double height_most) const {
    values.insert(values.begin(), std::move(heading));
    return {half_width, within(sheet_, std::move(values), half_width, height_most, least_size)};
}

Box ApplicationBoxes::head_box(double width, Paragraph paragraph) const {
    return {width, {on_one_line(sheet_, std::move(paragraph), width, least_size)}, Seat::Middle};
}

Paragraph ApplicationBoxes::number(std::string_view figure, double box_width) const {
    Paragraph made{{{std::string{figure}, line_size}}, Align::Right};
    return on_one_line(sheet_, std::move(made), box_width, number_least_size);
}

std::vector<Row> ApplicationBoxes::first_heading() const {
    Paragraph state = small("状态", "Status", form_.state_zh);
    state.align = Align::Right;
    if (form_.state_zh == edi::chinese_of(edi::ApplicationState::Draft))
        state.runs.insert(state.runs.begin(), {"【暂存】", 13});
    return heading(sheet_, form_zh, form_en,
                   {head_box(80, small("年度", "Year", text("Year"))),
                    head_box(form_width - 220, small("单证编号", "Reference", form_.reference)),
                    head_box(140, std::move(state))});
}

std::vector<Row> ApplicationBoxes::continuation_heading() const {
    return heading(sheet_, form_zh + "（续页）", form_en + ", CONTINUATION PAGE",
                   {head_box(60, small("年度", "Year", text("Year"))),
                    head_box(form_width - 360, small("单证编号", "Reference", form_.reference)),
                    head_box(165, small("申请表号", "Application No.", form_.application_no)),
                    head_box(135, small("许可证号", "Licence No.", form_.licence_no))});
}

std::vector<Row> ApplicationBoxes::parties_and_terms() const {
    const std::string phones = joined(text("Handler/Phone"), text("Handler/Mobile"), "  ");
    const Box importer =
        half(title("1. 进口商", "Importer"),
             {labelled("编码", "Code", text("Importer/Code")), value(text("Importer/Name")),
              labelled("统一社会信用代码", "USCC", text("Importer/Uscc"))},
             party_height_most);
    const Box numbers =
        half(title("3. 申请表号 / 许可证号", "Application No. / Automatic import licence No."),
             {labelled("申请表号", "Application No.", form_.application_no),
              labelled("许可证号", "Licence No.", form_.licence_no),
              labelled("经办人(进口用户签章)", "Name of operator", text("Handler/Name")),
              labelled("电话", "Telephone", phones)},
             party_height_most);
    const Box consignee = half(
        title("2. 进口用户", "Consignee"),
        {value(text("EndUser/Name")), labelled("统一社会信用代码", "USCC", text("EndUser/Uscc")),
         labelled("所在地区", "Region", names_.region(text("EndUser/Region")))},
        party_height_most);
    const Box expiry = half(title("4. 有效截止日期", "Automatic import licence expiry date"),
                            {value(form_.expiry)}, party_height_most);
    const auto term = [&](const char* zh, const char* en, Paragraphs values) {
        return half(title(zh, en), std::move(values), party_height_most);
    };
    const auto coded = [&](const char* list, const char* name) {
        return Paragraphs{value(names_.named(list, text(name)))};
    };
    std::vector<Row> rows;
    const auto row = [&](Box left, Box right, double height_least) {
        rows.emplace_back(sheet_, std::vector<Box>{std::move(left), std::move(right)},
                          height_least);
    };
    row(importer, numbers, party_height);
    row(consignee, expiry, party_height - 12);
    row(term("5. 贸易方式", "Terms of trade", coded("trade-modes", "TradeMode")),
        term("8. 贸易国(地区)", "Country/Region of exportation", all("TradingCountry")),
        term_height);
    row(term("6. 外汇来源", "Terms of foreign exchange",
             coded("foreign-exchange-sources", "ForeignExchangeSource")),
        term("9. 原产地国(地区)", "Country/Region of origin", all("OriginCountry")), term_height);
    row(term("7. 报关口岸", "Place of clearance", all("CustomsOffice")),
        term("10. 商品用途", "Use of goods", coded("goods-uses", "GoodsUse")), term_height);
    return rows;
}

Row ApplicationBoxes::goods() const {
    const double name_width = half_width + 40, code_width = 110;
    const double status_width = form_width - name_width - code_width;
    const auto box = [&](double width, Paragraph heading, std::string content) {
        Paragraphs both{std::move(heading), value(std::move(content))};
        return Box{width, within(sheet_, std::move(both), width, goods_height_most, least_size)};
    };
    const bool project = is_project();
    return Row{
        sheet_,
        {box(name_width, title("11. 商品名称", "Description of goods"),
             project ? "项目(见下) Project, see below" : text("SingleMachine/CommodityName")),
         box(code_width, title("商品编码", "Code of goods"), text("SingleMachine/CommodityCode")),
         box(status_width, title("商品状态", "Status of goods"),
             condition(text("SingleMachine/Condition")))},
        goods_height};
}

Row ApplicationBoxes::columns() const {
    static constexpr std::array<std::array<const char*, 2>, 6> titles{
        {{"12. 规格、型号", "Specification"},
         {"13. 单位", "Unit"},
         {"14. 数量", "Quantity"},
         {"15. 单价(币别)", "Unit price"},
         {"16. 总值(币别)", "Amount"},
         {"17. 总值折美元", "Amount in USD"}}};
    std::vector<Box> boxes;
    for (std::size_t i = 0; i < titles.size(); ++i) {
        Paragraphs paragraphs{{{{titles[i][0], label_size}}, Align::Centre},
                              {{{titles[i][1], gloss_size}}, Align::Centre}};
        if (i == 3 || i == 4) paragraphs.push_back({{{currency(), gloss_size + 1}}, Align::Centre});
        boxes.push_back({column_widths[i], std::move(paragraphs), Seat::Middle});
    }
    return Row{sheet_, boxes, columns_height};
}

std::vector<Row> ApplicationBoxes::lines(double height_most) const {
    std::vector<Row> rows;
    const base::Element* machine = form_.application.child("SingleMachine");
    if (!machine) return rows;
    const std::string unit = names_.named("units", machine->text_at("Unit"));
    for (const base::Element* each : machine->all("Specification")) {
        Paragraphs model{{{{std::string{each->text_at("Model")}, line_size}}}};
        std::vector<Box> boxes{
            {column_widths[0],
             within(sheet_, std::move(model), column_widths[0], height_most, least_size),
             Seat::Middle},
            {column_widths[1], {{{{unit, line_size}}, Align::Centre}}, Seat::Middle}};
        std::size_t column = 2;
        for (const char* name : {"Quantity", "UnitPrice", "Amount", "AmountUsd"}) {
            const double width = column_widths[column++];
            boxes.push_back({width, {number(each->text_at(name), width)}, Seat::Middle});
        }
        rows.emplace_back(sheet_, boxes, line_height);
    }
    return rows;
}

Row ApplicationBoxes::blank_line() const {
    std::vector<Box> boxes;
    boxes.reserve(column_widths.size());
    for (const double width : column_widths) boxes.push_back({width});
    return Row{sheet_, boxes, line_height};
}

std::vector<Row> ApplicationBoxes::project() const {
    const double third = form_width / 3;
    const auto row = [&](std::vector<Box> boxes, double height_least) {
        for (Box& box : boxes)
            box.paragraphs =
                within(sheet_, std::move(box.paragraphs), box.width, goods_height_most, least_size);
        return Row{sheet_, boxes, height_least};
    };
    const auto box = [](double width, const char* zh, const char* en, std::string content) {
        return Box{width, {title(zh, en), value(std::move(content))}};
    };
    return {row({box(form_width, "项目名称", "Name of project", text("Project/Name"))}, 46),
            row({box(third, "项目类型", "Type of project",
                     names_.named("project-types", text("Project/Type"))),
                 box(third, "项目所属行业", "Industry of project",
                     names_.named("industries", text("Project/Industry"))),
                 box(third, "货币", "Currency", currency())},
                goods_height),
            row({box(half_width, "16. 总值(币别)", "Amount", text("Project/Amount")),
                 box(half_width, "17. 总值折美元", "Amount in USD", text("Project/AmountUsd"))},
                goods_height)};
}

Row ApplicationBoxes::total(std::size_t lines_here, std::size_t lines_in_all) const {
    Paragraph name = title("18. 总计", "Total");
    if (lines_here < lines_in_all)
        name.runs.push_back({"  共 " + std::to_string(lines_in_all) + " 项，第 " +
                                 std::to_string(lines_here + 1) + " 项起见续页",
                             label_size});
    const auto figure = [&](std::size_t column, const char* path) {
        return Box{
            column_widths[column], {number(text(path), column_widths[column])}, Seat::Middle};
    };
    return Row{sheet_,
               {{column_widths[0] + column_widths[1], {std::move(name)}, Seat::Middle},
                figure(2, "Totals/Quantity"),
                {column_widths[3]},
                figure(4, "Totals/Amount"),
                figure(5, "Totals/AmountUsd")},
               total_height};
}

std::vector<Row> ApplicationBoxes::remarks_and_stamp() const {
    Paragraphs remarks;
    if (text("UsageMode") == "multi-batch") remarks.push_back(value("非一批一证"));
    remarks.push_back(value(text("Remarks")));
    Paragraphs stamp{value(form_.opinion)};
    const std::string by = joined(form_.office, form_.officer, "  ");
    if (!by.empty()) stamp.push_back(value(by, Align::Right));
    const auto heading = title("20. 发证机关签章 / 审批意见", "Issuing authority's stamp");
    Box opinion = half(heading, stamp, stamp_height_most);
    if (Row{sheet_, {opinion}, 0}.height() > stamp_height_most) {
        stamp.front() = run_on(std::move(stamp.front()));
        opinion = half(heading, std::move(stamp), stamp_height_most);
    }
    Box left =
        half(title("19. 备注", "Supplementary details"), std::move(remarks), stamp_height_most);
    left.below = Edge::Open;
    std::vector<Row> rows;
    rows.emplace_back(sheet_, std::vector<Box>{std::move(left), std::move(opinion)}, stamp_height);
    const Box date = {
        half_width, {labelled("21. 发证日期", "Licence date", form_.issued_on)}, Seat::Middle};
    rows.emplace_back(sheet_, std::vector<Box>{{half_width}, date}, date_height);
    return rows;
}

}  // namespace print
