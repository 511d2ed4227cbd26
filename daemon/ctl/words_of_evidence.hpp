// What permitctl export says, and the page that goes with evidence, in English and in Chinese
// (ctl/words.hpp).
// Threads: a constant.
#pragma once

#include "ctl/words_row.hpp"

namespace ctl {

inline constexpr Row words_of_evidence[] = {
    // what is missing
    {"{1}: it cannot be read", "{1}：无法读取"},
    {"{1}: it is damaged (permitctl receipts tells how)", "{1}：已损坏（详见 permitctl receipts）"},
    {"receipt {1} answers a file of which no copy was kept: it could not be decoded, or was too "
     "large",
     "回执 {1} 所答复的文件没有保存副本：无法解码或过大"},
    {"the original that receipt {1} answers, SHA-256 {2}", "回执 {1} 所答复的原件，SHA-256 {2}"},
    {"proof: this archive has no ledger", "证明：此归档没有账册"},
    {"{1}: the head of the ledger", "{1}：账册的签名头"},
    {"proof of {1}: no list has it; it is older than the ledger, or not listed yet",
     "{1} 的证明：没有清单列入它；它早于账册，或尚未列入"},
    {"{1}: a signature as far as line {2}; while permitd runs, it comes within a second",
     "{1}：直至第 {2} 行的签名；permitd 运行时一秒内即会签名"},
    {"{1} as it was listed: it has other bytes than {2} says",
     "与清单一致的 {1}：其内容与 {2} 所载不符"},
    {"what permitd knows (tries, times, what operators did): it was not asked, as an archive was "
     "named",
     "permitd 所知的情况（各次尝试、时间、操作员的操作）：因指定了归档，未询问"},
    {"what permitd knows (tries, times, what operators did): it does not answer",
     "permitd 所知的情况（各次尝试、时间、操作员的操作）：permitd 没有应答"},
    {"what permitd knows of message {1}: it told of one of another mailbox",
     "permitd 所知的报文 {1} 的情况：其答复涉及另一邮箱"},
    {"what permitd knows of message {1}: nothing", "permitd 所知的报文 {1} 的情况：没有记录"},
    {"what permitd knows of message {1}: {2}", "permitd 所知的报文 {1} 的情况：{2}"},
    {"of what operators did about message {1}, all but the newest (permitctl actions has them)",
     "操作员对报文 {1} 的操作中较早的部分（见 permitctl actions）"},
    {"the bytes of the request of message {1}, SHA-256 {2}", "报文 {1} 的请求的字节，SHA-256 {2}"},
    {"the bytes of the answer of {1}, SHA-256 {2}", "{1} 的应答的字节，SHA-256 {2}"},
    // the page
    {"Evidence about {1}", "关于 {1} 的证据"},
    {"What permitd holds about {1}: {2} receipts of the mailbox {3}, issued from {4} to {5}. What "
     "stands beneath archive/ is copied from permitd's archive, byte for byte. Where a document "
     "has a password, every copy has `***` in its place, and digests are those of the copy. Times "
     "have their offset.",
     "permitd 所存的关于 {1} 的内容：邮箱 {3} 的 {2} 份回执，签发于 {4} 至 {5}。archive/ "
     "下的文件逐字节取自 permitd "
     "的归档。文件中的密码，在所有副本中均以 `***` 代替，摘要是副本的摘要。时间均带时区。"},
    {"What was said", "答复"},
    {"What was sent to the ministry", "向主管部门发送的内容"},
    {"HTTP status", "HTTP 状态码"},
    {"request {1}", "请求 {1}"},
    {"answer {1}", "应答 {1}"},
    {"certificate of the server {1}", "服务器证书 {1}"},
    {"permitd keeps the digest of a certificate, not the certificate. It is what this makes of it: "
     "`openssl x509 -in CERTIFICATE -outform DER | sha256sum`",
     "permitd 保存证书的摘要，不保存证书本身。摘要的算法："
     "`openssl x509 -in CERTIFICATE -outform DER | sha256sum`"},
    {"What operators did", "操作员的操作"},
    {"What is missing", "缺少的内容"},
    {"Nothing.", "无。"},
    {"What is here", "此处的文件"},
    {"CONTENT", "说明"},
    {"SHA-256", "SHA-256"},
    {"a receipt", "回执"},
    {"a file that belongs to a receipt", "回执所附文件"},
    {"an original", "原件"},
    {"a request or its answer", "请求或其应答"},
    {"the list of a day", "当日清单"},
    {"the signature of a list", "清单的签名"},
    {"the head of the ledger", "账册的签名头"},
    {"a public key", "公钥"},
    {"what permitd knows of each message, as permitctl --json explain tells it; nothing signs it",
     "permitd 所知的各报文的情况，与 permitctl --json explain 相同；未经签名"},
    // export
    {"{1} is no MessageId and no ApplicationRef", "{1} 既不是 MessageId，也不是 ApplicationRef"},
    {"no receipt in {1} names {2}", "{1} 中没有回执提及 {2}"},
    {"{1} is named in several mailboxes ({2}): --mailbox chooses one",
     "多个邮箱提及 {1}（{2}）：请用 --mailbox 选择其一"},
    {"missing: {1}", "缺少：{1}"},
    {"{1} is not as long any more as it was", "{1} 比先前变短了"},
};

}  // namespace ctl
