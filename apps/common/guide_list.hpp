#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace varhush::apps {

/// One guide of a list, as RNA.
struct ListedGuide {
    std::string id;
    std::string guide;      ///< antisense, 5'->3'
    std::string passenger;  ///< where the list has one, else empty
};

/// A guide that cannot be used.
struct RefusedGuide {
    std::string id;
    std::string letters;  ///< as the file has them
    std::string reason;
};

struct GuideList {
    std::vector<ListedGuide> guides;
    std::vector<RefusedGuide> refused;
};

/// Guides of a FASTA, of a table with a header line that names a column "guide" (and may name "id"
/// and "passenger"), or of a plain list with one guide a line; told apart by content. DNA letters
/// and lower case are fine. Guides without a name are called guide1, guide2, … by their place.
/// With `skip_bad` guides of another length or with other letters are set apart.
/// @throws Error{kInput} with file and line for them without it, for names that are there twice,
/// for a table without such a column and for a file without a guide.
[[nodiscard]] GuideList read_guides(const std::string& path, bool skip_bad);

}  // namespace varhush::apps
