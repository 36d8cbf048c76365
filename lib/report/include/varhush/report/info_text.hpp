#pragma once

#include <string>
#include <string_view>

namespace varhush::report {

/// `text` as one value of a VCF INFO string: space, control characters, ',', ';', '=', and '%' are
/// written as %XX (VCF 4.3, section 1.2, "Character encoding, non-printable characters and
/// characters with special meaning"). An existing %XX stays, so encoding twice changes nothing.
/// '|' and ':' stay: they are the separators of packed entries, and INFO gives ':' no meaning.
/// Bytes above 127 (UTF-8) stay.
[[nodiscard]] std::string info_text(std::string_view text);

/// `text` as the quoted value of a header field: backslash and '"' get a backslash in front, line
/// ends become spaces.
[[nodiscard]] std::string quoted_header_text(std::string_view text);

}  // namespace varhush::report
