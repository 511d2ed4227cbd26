// Decoder: the bytes of a file as UTF-16, if they are in an encoding that we read and are what they
// claim to be (messages.md 1): UTF-8, UTF-16 with its mark, GB18030 and its subsets GBK and
// GB2312. Nothing but well-formed characters comes out, and never a NUL.
// Threads: one. Throws: std::bad_alloc only.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/finding.hpp"

namespace xml {

class Decoder {
public:
    Decoder();
    ~Decoder();

    // XML-ENCODING, or nothing. Also after a finding text() holds what stands before the fault.
    std::optional<base::Finding> decode(std::string_view bytes);
    // The same by pieces: begin(), then next() for each; text() is that of the piece alone. The
    // encoding is told by the first piece, which must hold the XML declaration. Positions count
    // from the beginning of the piece.
    void begin();
    std::optional<base::Finding> next(std::string_view piece);
    // Valid until the next decode() or next().
    std::u16string_view text() const { return text_; }
    // The bytes end in the middle of a character; text() ends before it.
    bool torn() const { return torn_; }

private:
    struct Transcoder;
    enum class Form { Unknown, Utf8, Utf16Little, Utf16Big, Gb18030 };
    std::optional<base::Finding> recognise(std::string_view& bytes);
    std::optional<base::Finding> decode_form(std::string_view bytes);
    std::optional<base::Finding> decode_utf8(std::string_view bytes);
    std::optional<base::Finding> decode_utf16(std::string_view bytes, char high_first);
    std::optional<base::Finding> decode_gb18030(std::string_view bytes);
    std::optional<base::Finding> agree(std::string_view declared, std::string_view found) const;
    base::Finding broken(std::string_view variant, std::string_view bytes) const;

    std::u16string text_;
    Form form_ = Form::Unknown;
    std::string carried_;  // of a character that the next piece completes
    bool torn_ = false;
    std::unique_ptr<Transcoder> gb18030_;
};

}  // namespace xml
