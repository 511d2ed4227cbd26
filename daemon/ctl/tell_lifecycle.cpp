#include "ctl/table.hpp"
#include "ctl/tell.hpp"
#include "ctl/words.hpp"
#include "edi/lifecycle.hpp"

namespace ctl {

namespace {

std::string both(const char* code, const char* chinese) {
    return std::string{code} + ' ' + chinese;
}

}  // namespace

std::vector<LifecycleRow> lifecycle_rows() {
    std::vector<LifecycleRow> rows;
    for (const edi::ApplicationRow& row : edi::application_rows())
        rows.push_back({"APPLICATION", code_of(row.from), code_of(row.event), code_of(row.to),
                        both(code_of(row.to), chinese_of(row.to))});
    for (const edi::RegistrationRow& row : edi::registration_rows())
        rows.push_back({"REGISTRATION", code_of(row.from), code_of(row.event), code_of(row.to),
                        both(code_of(row.to), chinese_of(row.to))});
    for (const edi::LicenceRow& row : edi::licence_rows())
        rows.push_back({"LICENCE", code_of(row.from), reason_of(row.to), code_of(row.to),
                        code_and_word(code_of(row.to))});
    for (const edi::MessageRow& row : edi::message_rows())
        rows.push_back({"MESSAGE", code_of(row.from), row.event, code_of(row.to),
                        code_and_word(code_of(row.to))});
    return rows;
}

std::string tell_lifecycle() {
    std::string out, name;
    std::vector<Table> tables;
    for (const LifecycleRow& row : lifecycle_rows()) {
        if (row.table != name) {
            name = row.table;
            tables.push_back(Table{{word_of(name), say("EVENT"), say("BECOMES")}});
        }
        tables.back().add({row.from, row.event, row.told});
    }
    for (const Table& each : tables) out += (out.empty() ? "" : "\n") + each.text();
    return out;
}

}  // namespace ctl
