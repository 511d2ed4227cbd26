// What permitctl says of the ledger of the archive, in English and in Chinese (ctl/words.hpp).
// Threads: a constant.
#pragma once

#include "ctl/words_row.hpp"

namespace ctl {

inline constexpr Row words_of_ledger[] = {
    // verify: codes
    {"changed", "内容被改"},
    {"swapped", "被调换"},
    {"missing", "缺失"},
    {"added", "多出"},
    {"original-unlisted", "原件未列入"},
    {"no-line", "行无效"},
    {"listed-twice", "重复列入"},
    {"chain-broken", "链断开"},
    {"day-missing", "缺少日期"},
    {"list-missing", "缺少清单"},
    {"end-cut", "末尾被截"},
    {"other-root", "与签名头不符"},
    {"gap", "编号不连续"},
    {"number-again", "编号重复"},
    {"not-signed", "未签名"},
    {"bad-signature", "签名不符"},
    {"key-replaced", "密钥被换"},
    {"key-unreadable", "密钥无法读取"},
    {"no-head", "缺少签名头"},
    {"bad-head", "签名头不符"},
    {"begins-later", "起始较晚"},
    {"older-than-ledger", "早于账册"},
    {"not-yet-listed", "尚未列入"},
    {"torn-end", "末行未写完"},
    {"numbers-elsewhere", "编号在别处"},
    // verify: sentences
    {"{1} has other bytes than its list says", "{1} 的内容与清单记载不符"},
    {"{1} has the bytes of {2}", "{1} 的内容是 {2} 的"},
    {"{1} is listed and is not there", "{1} 已列入清单，但文件不在"},
    {"{1} is there and in no list: it was added, or permitd cannot list it (permitctl status)",
     "{1} 存在，但未列入任何清单：后来添加，或 permitd 无法列入（见 permitctl status）"},
    {"{1} is in no list: its file was read and never answered, or it was added (permitctl fsck "
     "tells)",
     "{1} 未列入任何清单：文件读取后从未答复，或后来添加（可用 permitctl fsck 查明）"},
    {"{1}, line {2}: permitd writes no such line", "{1} 第 {2} 行：不是 permitd 写的行"},
    {"{1} is listed twice", "{1} 列入了两次"},
    {"{1} does not begin with the digest of the list before it: one of the two was changed",
     "{1} 的首行不是上一份清单的摘要：两者之一被改动"},
    {"{1} goes on from {2}, which is not there", "{1} 承接 {2}，而后者不在"},
    {"{1} is not there, and its day has receipts", "{1} 不在，而当日有回执"},
    {"{1} covers {2} lines, and there are {3}: the end was cut off",
     "{1} 覆盖 {2} 行，现有 {3} 行：末尾被截去"},
    {"{1} covers {2} lines that are not these: lines were changed or removed",
     "{1} 覆盖的 {2} 行与现有的不同：有行被改动或删除"},
    {"{1} has sequence {2}, and {3} is due: what stood between was removed",
     "{1} 的序号是 {2}，应为 {3}：其间的内容被删除"},
    {"{1} stands behind receipt {2}: its number was given twice, by a state that was put back",
     "{1} 排在回执 {2} 之后：编号被重复使用，状态曾被回退"},
    {"{1} is not signed, and its day is over", "{1} 未签名，而当日已结束"},
    {"{1} is not signed by a key that is trusted", "{1} 不是由可信密钥签名"},
    {"keys/{1}.pub.pem is neither the key that was given nor vouched for by it",
     "keys/{1}.pub.pem 既不是给出的密钥，也没有它的背书"},
    {"{1} is not the key that its name says", "{1} 不是其名称所指的密钥"},
    {"{1} has no checkpoint: nothing shows whether its end was cut off",
     "{1} 没有 checkpoint：无从得知末尾是否被截去"},
    {"{1} is no head that a trusted key signed", "{1} 不是由可信密钥签名的签名头"},
    {"{1} begins with sequence {2}: what is older stands in no list",
     "{1} 从序号 {2} 开始：更早的内容未列入清单"},
    {"{1} has {2} files from before its ledger began", "{1} 有 {2} 个账册开始之前的文件"},
    {"{1} is not listed yet", "{1} 尚未列入"},
    {"{1} ends within line {2}: it was being written", "{1} 在第 {2} 行中间结束：正在写入"},
    {"{1} of {2} numbers are in no list that is here: on their way, older than the ledger, or of a "
     "mailbox that is not here",
     "{2} 个编号中有 {1} 个不在这里的清单中：尚在途中、早于账册，或属于不在此处的邮箱"},
    // verify: the end
    {"{1} files", "{1} 个文件"},
    {"{1} mailboxes, {2} days, {3} files, {4} MB: {5}",
     "{1} 个邮箱，{2} 天，{3} 个文件，{4} MB：{5}"},
    {"all as it was signed", "均与签名一致"},
    {"{1} wrong", "{1} 处不符"},
    {"{1} is no archive", "{1} 不是归档目录"},
    {"{1} is no Ed25519 public key in PEM", "{1} 不是 PEM 格式的 Ed25519 公钥"},
    {"{1} is no checkpoint of permitd's", "{1} 不是 permitd 的 checkpoint"},
    {"there is no mailbox {1} in {2}", "{2} 中没有邮箱 {1}"},
};

}  // namespace ctl
