#pragma once

#include <string>

namespace varhush::report {

/// The style sheet of a page: light, dark as the reader's system says, and print (always light).
/// Colours of data are those of Okabe and Ito, which all kinds of colour vision tell apart.
[[nodiscard]] std::string page_style();

}  // namespace varhush::report
