#pragma once

#include <cstdint>
#include <string>

namespace varhush::report {

/// What a header says of the model that made the scores.
struct ModelProvenance {
    std::string id = "none";           ///< name of the model; "none" when nothing was scored
    std::string sha256;                ///< lower-case hex of the weights file; empty: none
    std::int64_t window_bp = 0;        ///< bases the model reads for one output; 0: none
    std::string calibration = "none";  ///< name of the calibration table
    std::string terms;                 ///< licence and terms of use, free text
};

/// Value of the `##varhush_model=` header line: <ID=…,SHA256=…,Window=…,Calibration=…,Terms="…">.
/// Absent values are '.'; characters that end a field are percent-encoded (see info_text), Terms is
/// quoted.
[[nodiscard]] std::string model_line(const ModelProvenance& model);

}  // namespace varhush::report
