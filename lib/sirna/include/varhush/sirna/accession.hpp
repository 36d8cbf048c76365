#pragma once

#include <string_view>

namespace varhush::sirna {

/// An accession without its version: "ENST00000456328" for "ENST00000456328.2". What stands in
/// front of a version ends in a digit and holds no dot; other names ("MSTRG.7", "MSTRG.7.2") stay
/// as they are. Symbols ("RP11-34P13.7") look like accessions: they must be compared exactly.
[[nodiscard]] std::string_view without_version(std::string_view name) noexcept;

}  // namespace varhush::sirna
