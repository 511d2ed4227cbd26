// What permitctl says of an archive and of receipts that it reads, in English and in Chinese
// (ctl/words.hpp).
// Threads: a constant.
#pragma once

#include "ctl/words_row.hpp"

namespace ctl {

inline constexpr Row words_of_reading[] = {
    {"FILE", "文件"},
    // what is wrong with a file; the path stands before it
    {"cannot be read: {1}", "无法读取：{1}"},
    {"it ends in its midst", "内容中途结束"},
    {"(line {1}, column {2})", "（第 {1} 行，第 {2} 列）"},
    {"is damaged: {1}", "已损坏：{1}"},
    {"is no regular file", "不是普通文件"},
    {"is no receipt: its root is {1} of the namespace {2}",
     "不是回执：根元素为 {1}，命名空间为 {2}"},
    {"is not the receipt that its name says: inside stand number {1} and kind {2}",
     "与文件名不符：内容的编号为 {1}，种类为 {2}"},
    {"is nothing that permitd puts there", "不是 permitd 写入的文件"},
    // receipts
    {"the list could not be written to its end", "列表未能完整写出"},
    {"{1} is no day: 2026-11-22 is one", "{1} 不是日期：应如 2026-11-22"},
    {"--to is a day before --from", "--to 早于 --from"},
    {"either --csv or --json", "--csv 与 --json 只能选其一"},
    {"(--archive DIR names an archive)", "（可用 --archive DIR 指定归档）"},
    {"{1} may be read by permitd and its group alone: ask as one of them, or as root",
     "{1} 仅 permitd 及其用户组可读：请以其中的用户或 root 身份执行"},
    {"there is no mailbox {1} in {2}; it has: {3}", "{2} 中没有邮箱 {1}；现有：{3}"},
    // render
    {"the page could not be written to its end", "页面未能完整写出"},
    {"several pages want a directory: --output DIR", "多个页面须指定目录：--output DIR"},
};

}  // namespace ctl
