// The printed forms: 机电产品进口申请表 and 企业注册信息表 as PDF, A4, with embedded subset fonts and
// text that can be selected.
//
// Pure: the same input and the same fonts on the host give the same bytes. Nothing is cut and
// nothing overlaps: rows are as high as their text, and text that is too long for its box shrinks,
// down to the sizes in boxes.hpp, before the box grows. Specification lines that do not fit on the
// first page stand on continuation pages. Codes are printed with their names on the day of `at`,
// unknown ones alone. Values are text, never markup; what no font has is printed as the font's
// replacement.
// Threads: one at a time. Pango and Cairo share caches behind these functions and are not trusted
// across threads: one thread prints. Throws: std::bad_alloc only.
#pragma once

#include <span>
#include <string>

#include "base/element.hpp"
#include "base/result.hpp"
#include "edi/lists.hpp"

namespace print {

struct ApplicationForm {
    base::Element application;  // LicenceApplication, judged and filled in
    // Empty where not known. Dates as "2026-11-22".
    std::string reference = {}, application_no = {}, licence_no = {}, expiry = {}, issued_on = {};
    std::string state_zh = {};  // edi::chinese_of(state); a draft is marked as one
    std::string opinion = {}, office = {}, officer = {};
};

struct RegistrationForm {
    base::Element registration;  // EnterpriseRegistration, or Enterprise alone
    std::string state_zh = {}, account = {};
};

// One document: each form begins a page, its pages are numbered by themselves.
// Faults: no form, no font with Chinese glyphs, out of memory in Cairo.
base::Result<std::string> application_forms(std::span<const ApplicationForm> forms,
                                            const edi::Lists& lists, base::Time at);

// The password is never read.
base::Result<std::string> registration_form(const RegistrationForm& form, const edi::Lists& lists,
                                            base::Time at);

}  // namespace print
