// What permitctl says of disks, of what fsck finds, and of backups, in English and in Chinese
// (ctl/words.hpp).
// Threads: a constant.
#pragma once

#include "ctl/words_row.hpp"

namespace ctl {

inline constexpr Row words_of_disks[] = {
    // disks
    {"start permitd: it makes it", "启动 permitd 时自动创建"},
    {"file system", "文件系统"},
    {"one that permitd was not tried on", "未经测试的类型"},
    {"events (inotify)", "事件通知（inotify）"},
    {"see the test drop", "见投放测试"},
    {"not of other hosts: files settle", "收不到其他主机的事件：等文件静止"},
    {"files without a name", "无名文件"},
    {"no: {1}", "否：{1}"},
    {"free", "可用"},
    {"{1} MiB, {2} %", "{1} MiB，{2} %"},
    {"one mount with the archive", "与归档同一挂载"},
    {"unknown: {1} cannot be looked at", "未知：无法查看 {1}"},
    {"no: receipts cannot be linked from {1}; put `archive` on the spool's mount",
     "否：回执无法从 {1} 链接过来；请把 archive 放到 spool 所在的挂载上"},
    {"as {1}", "以用户 {1}"},
    {"The boxes of {1} stand on its partner's server; `permitctl mailboxes` tells how they are.",
     "{1} 的收发目录在对方服务器上；其状况见 permitctl mailboxes。"},
    {"message {1}", "报文 {1}"},
    {"receipt {1}", "回执 {1}"},
    {"{1} messages, {2} originals, {3} receipts: {4}", "报文 {1}，原件 {2}，回执 {3}：{4}"},
    {"nothing found", "未发现问题"},
    {"{1} found, {2} mended", "发现 {1}，已修复 {2}"},
    {"become the user", "切换为该用户"},
    {"leave a file in OutBox", "在 OutBox 中放入文件"},
    {"make it durable", "写入磁盘"},
    {"rename it there", "在 OutBox 中改名"},
    {"remove it again", "再删除"},
    {"list InBox", "列出 InBox"},
    {"remove receipts from InBox", "从 InBox 取走回执"},
    {"see the rename (inotify)", "收到改名事件"},
    // what fsck finds
    {"original-unknown", "无主原件"},
    {"original-missing", "缺少原件"},
    {"receipt-missing", "缺少回执"},
    {"store-older", "状态库较旧"},
    {"left-over", "残留文件"},
    {"originals", "原件"},
    {"receipts that answer a file", "答复文件的回执"},
    {"receipts of messages", "报文的回执"},
    {"no name of an original: half written when permitd stopped, or put there by somebody; remove "
     "it",
     "不是原件的文件名：permitd 停止时只写了一半，或由他人放入；请删除"},
    {"its row is there, its original is not: put the file back from a backup of the archive "
     "(SentBox or FailBox may still hold it)",
     "有记录而无原件：请从归档的备份恢复该文件（SentBox 或 FailBox 可能还有）"},
    {"no row and no receipt knows it: read and never committed. The file itself stayed in the "
     "OutBox then; fsck --repair moves this copy aside",
     "没有记录或回执提到它：读取后从未入库。文件本身当时仍在 OutBox；fsck --repair "
     "会把这份副本移开"},
    {"it was issued and delivered, and the archive does not hold it: put it back from a backup of "
     "the archive (the InBox may still hold it)",
     "已签发并投递，而归档中没有：请从归档的备份恢复（InBox 可能还有）"},
    {"on its way out of the OutBox, and the store knows nothing of it: compare it with SentBox and "
     "the archive, then remove it, or rename it to be taken anew",
     "正在移出 OutBox，而状态库没有记录：请与 SentBox 和归档比对，然后删除，或改名以便重新收取"},
    {"fetched from a server and not yet named when permitd stopped: its next start goes on with it "
     "or removes it",
     "从服务器取回而尚未命名时 permitd 停止：下次启动会继续或删除"},
    {"half written by permitd when it stopped: what it was to become is written again; remove it",
     "permitd 停止时只写了一半：会重新写出；请删除"},
    {"the fate of a file that was moved already: it says nothing any more",
     "文件早已移走，其去向记录不再有用"},
    {"the working copy of no batch: the next start of permitd removes it",
     "不属于任何批次的工作副本：permitd 下次启动时删除"},
    // backup
    {"backed up", "已备份"},
    {"{1} to {2}: the state of {3}, receipts up to {4}, {5} files, {6} MB. It holds the keys "
     "of the passwords and of the ledger: keep it private.",
     "{1}到 {2}：{3} 的状态，回执截至 {4}，{5} 个文件，{6} "
     "MB。其中含有口令与账册的密钥，请妥善保密。"},
    {"Now copy, in this order and with their hard links (rsync -aH), the archive and the spool:",
     "接着请依次复制归档和 spool，并保留硬链接（rsync -aH）："},
    {"{1} files, {2} MB copied", "已复制 {1} 个文件，{2} MB"},
    {"{1} is no directory", "{1} 不是目录"},
    {"{1} is not empty; a backup wants a directory of its own, empty or not there yet",
     "{1} 不为空；备份需要单独的目录：空目录，或尚不存在的目录"},
    {"stopped by a signal; nothing is left", "被信号中止；没有留下任何文件"},
    // restore
    {"{1} {2}: the state of {3} of host {4}, receipts up to {5}.",
     "{1} {2}：{4} 主机 {3} 的状态，回执截至 {5}。"},
    {"What was there is in {1}.", "原有内容在 {1} 中。"},
    {"Next: see that the spool and the archive are in place ({1}, {2}), then start permitd. It "
     "asks the ministry for what happened since, and lists in {3}/restored the messages that have "
     "to be sent again.",
     "下一步：确认 spool 和归档就位（{1}、{2}），然后启动 "
     "permitd。它会向主管部门查询此后发生的事，并在 {3}/restored 中列出须重新投放的报文。"},
    {"there is no backup {1}", "没有备份 {1}"},
    {"{1} is another user's: restore as root", "{1} 属于其他用户：请以 root 身份恢复"},
    {"{1} holds a state. With --force it is moved to {1}/before-<time>, and the backup takes its "
     "place",
     "{1} 中已有状态。用 --force 会把它移到 {1}/before-<时间>，再放入备份"},
    {"{1} names {2}, which is not the key of this backup: put {3} there (mode 0600, permitd's own) "
     "first",
     "{1} 指向的 {2} 不是这份备份的密钥：请先把 {3} 放到那里（权限 0600，属主 permitd）"},
    {"{1} is missing: the backup is not whole", "缺少 {1}：备份不完整"},
    {"{1} is not the file that was backed up (SHA-256 {2}): the backup is damaged",
     "{1} 不是备份时的文件（SHA-256 {2}）：备份已损坏"},
    {"{1} changed while it was read", "{1} 在读取时发生变化"},
    {"the file system of {1} has too little room: the backup takes {2} MiB, and 64 MiB are to stay "
     "free",
     "{1} 所在的文件系统空间不足：备份需要 {2} MiB，另须留出 64 MiB"},
    {"the backup is of permitd {1} (record format {2}, this one knows {3}): install that version "
     "first",
     "备份来自 permitd {1}（记录格式 {2}，本版本只支持到 {3}）：请先安装该版本"},
    // what is wrong with the lists of a backup
    {"{1}: {2}; take another backup", "{1}：{2}；请使用另一份备份"},
    {"not what permitctl wrote", "不是 permitctl 写的内容"},
    {"no backup that this permitctl knows", "不是本版本 permitctl 认识的备份"},
    {"line {1} is not one of permitctl's", "第 {1} 行不是 permitctl 写的"},
    {"its end is missing", "末尾缺失"},
    {"no backup, or one that was cut off while it was made: there is no {1} in it",
     "不是备份，或制作时被中断：其中没有 {1}"},
    {"not the file that was backed up", "不是备份时的文件"},
    {"a line of it is missing", "缺少一行"},
};

}  // namespace ctl
