#pragma once

#include "hts.hpp"

#include <string>
#include <vector>

namespace varhush::io {

/// Watches a header for the lines HTSlib adds while it parses records (contigs, FILTER, INFO and
/// FORMAT without definition). Each is reported once, at most ten by name.
class LateDefinitions {
  public:
    LateDefinitions() = default;
    LateDefinitions(const bcf_hdr_t* header, std::string name);

    /// The lines added since the last call, without line ends; `where` names the record.
    std::vector<std::string> take(bcf_hdr_t* header, const std::string& where);
    [[nodiscard]] bool grew(const bcf_hdr_t* header) const noexcept {
        return header->nhrec != known_;
    }
    /// How many there were, for the end of the run.
    void summarise() const;

  private:
    std::string name_;
    int known_ = 0;
    int reported_ = 0;
};

}  // namespace varhush::io
