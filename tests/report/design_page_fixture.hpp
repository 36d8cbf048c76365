#pragma once

#include "varhush/sirna/design_report.hpp"

#include <cstddef>
#include <string>

namespace varhush::report::test {

/// A design run as the engine makes it: two isoforms of one gene (2,400 and 1,700 nt) with coding
/// regions, exons, common and rare variants, an index of other genes, chemistry and controls.
/// Computed once.
const sirna::DesignReport& designed_gene();

/// The smallest report with one guide, hand-made: target "t" of 60 nt, site 20-39.
sirna::DesignReport one_guide();

/// How often `what` stands in `text`.
std::size_t count_of(const std::string& text, const std::string& what);

/// True when every element that is opened is closed in its order (void elements apart).
/// On failure `where` says what did not fit.
bool is_balanced(const std::string& html, std::string& where);

}  // namespace varhush::report::test
