#include "varhush/train/random.hpp"

#include "varhush/core/error.hpp"

#include <cmath>
#include <numbers>
#include <sstream>

namespace varhush::train {

double Random::normal() {
    const double u = 1 - uniform();
    const double v = uniform();
    return std::sqrt(-2 * std::log(u)) * std::cos(2 * std::numbers::pi * v);
}

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
