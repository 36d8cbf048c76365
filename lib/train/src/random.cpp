#include "varhush/train/random.hpp"

#include "varhush/core/error.hpp"

#include <sstream>

namespace varhush::train {

std::string Random::state() const {
    std::ostringstream out;
    out << engine_;
    return out.str();
}

void Random::set_state(const std::string& text) {
    std::istringstream in(text);
    in >> engine_;
    if (!in) {
        throw Error(ErrorKind::kResume, "the checkpoint's random state cannot be read");
    }
}

}  // namespace varhush::train
