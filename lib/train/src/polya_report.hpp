#pragma once

#include "polya_labels.hpp"
#include "varhush/seq/reference_source.hpp"

#include <string>

namespace varhush::train {

/// @throws Error{kInput} when no 3' end of the test part has a hexamer.
void check_test_ends(const PolyaWindows& windows);

/// Writes how far `student` agrees with `teacher` on the test part; see evaluate_polya().
/// @throws Error{kInput} as check_test_ends(), Error{kOutput}.
void report_polya(PolyaTeacher& student,
                  PolyaTeacher& teacher,
                  const PolyaWindows& windows,
                  const seq::ReferenceSource& reference,
                  std::uint64_t seed,
                  const std::string& path);

}  // namespace varhush::train
