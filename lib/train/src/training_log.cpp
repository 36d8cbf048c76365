#include "training_log.hpp"

#include "varhush/core/error.hpp"

#include <cmath>
#include <iomanip>
#include <ratio>
#include <sstream>

namespace varhush::train {

double minutes_since(Clock::time_point start) {
    return std::chrono::duration<double, std::ratio<60>>(Clock::now() - start).count();
}

std::string figure_text(double value) {
    if (!std::isfinite(value)) {
        return ".";
    }
    std::ostringstream out;
    out << std::setprecision(5) << value;
    return out.str();
}

void TrainingLog::open(const std::string& path, bool resume, const std::string& header) {
    if (path.empty()) {
        return;
    }
    path_ = path;
    file_.open(path, resume ? std::ios::app : std::ios::trunc);
    if (!file_) {
        throw Error(ErrorKind::kOutput, path + ": cannot be created");
    }
    if (!resume) {
        file_ << header << '\n';
    }
}

void TrainingLog::add(const std::string& line) {
    if (!file_.is_open()) {
        return;
    }
    file_ << line << std::endl;
    if (!file_) {
        throw Error(ErrorKind::kOutput, path_ + ": write failed");
    }
}

}  // namespace varhush::train
