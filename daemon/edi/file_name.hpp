// What the name of a file in an OutBox says about it.
// Threads: pure. Throws: nothing.
#pragma once

#include <string_view>

namespace edi {

// In any case; the ending is given in small letters.
bool ends_in(std::string_view name, std::string_view ending);
// *.zip in any case: an archive with the document inside. The document is what is kept of it, so
// its name in SentBox or FailBox (box_name_of) gets another .xml: "000000000041_po-7781.zip.xml".
bool is_zip_name(std::string_view file_name);

}  // namespace edi
