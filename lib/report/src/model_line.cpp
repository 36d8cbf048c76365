#include "varhush/report/model_line.hpp"

#include "varhush/report/info_text.hpp"

namespace varhush::report {

namespace {

// A bare (unquoted) field of a structured header line ends at ',' or '>'.
std::string bare_field(const std::string& text) {
    if (text.empty()) {
        return ".";
    }
    std::string out;
    for (const char c : info_text(text)) {
        if (c == '>') {
            out += "%3E";
        } else if (c == '<') {
            out += "%3C";
        } else if (c == '"') {
            out += "%22";
        } else {
            out += c;
        }
    }
    return out;
}

}  // namespace

std::string model_line(const ModelProvenance& model) {
    const std::string window = model.window_bp > 0 ? std::to_string(model.window_bp) : ".";
    return "<ID=" + bare_field(model.id) + ",SHA256=" + bare_field(model.sha256) +
           ",Window=" + window + ",Calibration=" + bare_field(model.calibration) +
           ",Terms=" + quoted_header_text(model.terms) + ">";
}

}  // namespace varhush::report
