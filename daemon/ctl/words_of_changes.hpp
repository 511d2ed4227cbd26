// What permitctl says of changes that operators make (ctl/words_table.hpp).
// Threads: constants.
#pragma once

#include "ctl/words_row.hpp"

namespace ctl {

inline constexpr Row words_of_changes[] = {
    // why something waits
    {"an operator holds it", "已由运维人员扣留"},
    {"permitctl release, when it may go on.", "可以继续时执行 permitctl release。"},
    {"the dispatch is paused", "发送已人工暂停"},
    {"permitctl resume dispatch, when it may go on.", "可以继续时执行 permitctl resume dispatch。"},
    {"the collecting of results is paused", "结果收取已人工暂停"},
    {"permitctl resume results, when it may go on.", "可以继续时执行 permitctl resume results。"},
    {"the ministry's results cannot be had: {1}", "无法取得主管部门的结果：{1}"},
    {"permitctl status tells since when and what to do.",
     "permitctl status 显示开始时间和处理办法。"},
    // pauses
    {"by {1}", "操作用户 {1}"},
    {"dispatch", "发送"},
    {"results", "结果收取"},
    {"{1} waits: permitctl resume {2}, when the reason is gone.",
     "{1}正在等待：原因消除后执行 permitctl resume {2}。"},
    // the journal
    {"NUMBER", "编号"},
    {"ACTION", "操作编号"},
    {"WHO", "操作用户"},
    {"COMMAND", "命令"},
    {"WHAT CAME OF IT", "处理结果"},
    {"REASON", "原因"},
    // commands
    {"nothing is paused", "没有暂停的部分"},
    {"nothing is known of {1}", "没有 {1} 的记录"},
    {"{1} looked at, {2} done", "已查看 {1}，已处理 {2}"},
    {"nothing to do", "无需处理"},
    {"{1} done", "{1} 已处理"},
    {"{1} unchanged", "{1} 无变化"},
    {"{1} refused", "{1} 不能处理"},
    {"{1} busy", "{1} 请稍后再试"},
    {"{1} unknown", "{1} 没有记录"},
    {"{1} and {2} more", "{1} 等，另有 {2} 项"},
    {"unchanged", "无变化"},
    {"cannot be", "不能处理"},
    {"busy", "请稍后再试"},
    {"The dispatch is paused: what is to go out waits for permitctl resume dispatch.",
     "发送已人工暂停：待发送的内容在执行 permitctl resume dispatch 之后发出。"},
    // what became of one message (route/said.hpp)
    {"is on hold: release it first", "已扣留：请先放行（release）"},
    {"a request is under way", "请求正在进行"},
    {"is due already", "已到发送时间"},
    {"its key is asked now", "立即查询其报文键"},
    {"is tried now", "立即发送"},
    {"is on hold already", "此前已扣留"},
    {"is on hold; the request that is under way is still answered",
     "已扣留；正在进行的请求仍会得到答复"},
    {"is on hold", "已扣留"},
    {"no operator holds it: its lifetime ended in doubt, and its key is asked every 15 minutes "
     "(flush asks now)",
     "并非人工扣留：发送期限已过而结果未知，每 15 分钟查询其报文键（flush 立即查询）"},
    {"is not on hold", "未被扣留"},
    {"goes on", "继续处理"},
    {"it may have been sent, so its bytes stay as they are: flush tries it again",
     "可能已经发送，内容不再改变：用 flush 重新发送"},
    {"today's rules do not allow it, and nothing was changed: give it up, so that the enterprise "
     "can correct it",
     "不符合现行规则，未作更改：请终止（give-up），以便企业改正"},
    {"is judged and mapped again", "已重新校验并映射"},
    {"is mapped again", "已重新映射"},
    {"is due again, but cannot be mapped", "已重新排队，但无法映射"},
    {"a request is under way: try again when it was answered", "请求正在进行：得到答复后再试"},
    {"the ministry may have it: flush asks for its key now, --in-doubt ends it all the same",
     "主管部门可能已收到：flush 立即查询其报文键，--in-doubt 仍然终止"},
    {"is given up; the ministry may have it", "已终止；主管部门可能已收到"},
    {"is given up", "已终止"},
    {"was rejected: its MessageId is free, and the enterprise sends it again, corrected",
     "已拒收：其 MessageId 可再用，请企业改正后重新投放"},
    {"ended with undeliverable: the enterprise may send the same message again, unchanged",
     "已以未能送达结束：企业可原样重新投放同一报文"},
    {"has its outcome", "已有结果"},
    {"the ministry has it; its decision is awaited", "主管部门已受理，等待其决定"},
    {"nothing of it is submitted to the ministry; it is answered by itself",
     "无需向主管部门申报，将自动答复"},
    // configuration
    {"configuration", "配置"},
    {"reloaded at {1}", "已于 {1} 重新加载"},
    {"a reload was refused at {1}", "{1} 的重新加载被拒绝"},
    {"permitd goes on with the configuration that it had: permitctl config check tells every "
     "error; mend them, then permitctl reload.",
     "permitd 继续使用原有配置：permitctl config check 列出全部错误，修正后执行 "
     "permitctl reload。"},
    {"nothing differs from {1}", "与 {1} 没有差异"},
    {"KEY", "配置项"},
    {"RUNNING", "当前值"},
    {"IN THE FILE", "文件中的值"},
    {"WANTS", "生效方式"},
    {"a reload", "重新加载"},
    {"a restart", "重启"},
};

}  // namespace ctl
