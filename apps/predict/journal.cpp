#include "apps/predict/journal.hpp"

#include "varhush/core/error.hpp"
#include "varhush/core/log.hpp"
#include "varhush/io/output_file.hpp"
#include "varhush/nn/sha256.hpp"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <sstream>
#include <string_view>

namespace varhush::apps {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t kHashLetters = 64;
constexpr const char* kDescription = "run.txt";
constexpr std::string_view kTile = "tile-";
constexpr std::string_view kPart = ".part";

std::string hash_of(const std::string& sequence, std::span<const float> values) {
    nn::Sha256 hash;
    hash.update(std::as_bytes(std::span(sequence)));
    hash.update(std::as_bytes(values));
    return hash.finish();
}

/// "." and ".." have a name of their own only when they are resolved.
std::string beside(std::string output) {
    while (output.size() > 1 && output.back() == '/') {
        output.pop_back();
    }
    const fs::path path(output);
    std::error_code error;
    if (path.filename() == "." || path.filename() == "..") {
        const fs::path resolved = fs::weakly_canonical(fs::absolute(path, error), error);
        return error ? output : resolved.string();
    }
    return output;
}

std::string read_all(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

bool is_tile(std::string_view name) {
    if (name.ends_with(kPart)) {
        name.remove_suffix(kPart.size());
    }
    if (!name.starts_with(kTile) || name.size() == kTile.size()) {
        return false;
    }
    name.remove_prefix(kTile.size());
    return std::all_of(
        name.begin(), name.end(), [](unsigned char c) { return std::isdigit(c) != 0; });
}

/// What a run killed at its very start may have left is no reason to refuse the folder.
bool holds_nothing(const fs::path& folder) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder, error)) {
        if (entry.path().filename() != std::string(kDescription) + std::string(kPart)) {
            return false;
        }
    }
    return !error;
}

}  // namespace

PredictJournal::PredictJournal(const std::string& output,
                               const std::string& description,
                               bool resume)
    : folder_(beside(output) + ".journal"), description_(description) {
    std::error_code error;
    const bool there = fs::exists(folder_ / kDescription, error);
    if (there && !resume) {
        throw Error(ErrorKind::kUsage,
                    folder_.string() + " is the journal of a run that was stopped",
                    "--resume goes on with it; remove the folder to start anew");
    }
    if (there) {
        compare(description);
        return;
    }
    if (fs::exists(folder_, error) && !holds_nothing(folder_)) {
        throw Error(ErrorKind::kUsage,
                    folder_.string() + " is there and is no journal of varhush",
                    "finished windows would be kept there: give -o another name");
    }
}

void PredictJournal::start() const {
    std::error_code error;
    if (fs::exists(folder_ / kDescription, error)) {
        return;
    }
    fs::create_directories(folder_, error);
    if (error) {
        throw Error(ErrorKind::kOutput,
                    "cannot create " + folder_.string() + ": " + error.message());
    }
    io::OutputFile out((folder_ / kDescription).string());
    out.write(description_);
    out.close();
}

void PredictJournal::compare(const std::string& description) const {
    std::istringstream now(description);
    std::istringstream before(read_all(folder_ / kDescription));
    std::string a;
    std::string b;
    while (true) {
        const bool more_now = static_cast<bool>(std::getline(now, a));
        const bool more_before = static_cast<bool>(std::getline(before, b));
        if (!more_now && !more_before) {
            return;
        }
        if (more_now != more_before || a != b) {
            throw Error(ErrorKind::kResume,
                        folder_.string() + " is the journal of another run: it has '" +
                            (more_before ? b.substr(0, 200) : "") + "', this run '" +
                            (more_now ? a.substr(0, 200) : "") + "'",
                        "give the options of that run, or remove the folder to start anew");
        }
    }
}

std::string PredictJournal::path(std::size_t tile) const {
    return (folder_ / ("tile-" + std::to_string(tile))).string();
}

bool PredictJournal::has(std::size_t tile,
                         const std::string& sequence_sha256,
                         std::uint64_t values) const {
    std::error_code ignored;
    if (!fs::exists(path(tile), ignored)) {
        return false;
    }
    const std::string text = read_all(path(tile));
    if (text.size() != 2 * kHashLetters + values * sizeof(float)) {
        return false;
    }
    std::vector<float> read_back(values);
    std::copy_n(text.data() + kHashLetters,
                values * sizeof(float),
                reinterpret_cast<char*>(read_back.data()));
    const std::string sequence = text.substr(0, kHashLetters);
    if (hash_of(sequence, read_back) != text.substr(text.size() - kHashLetters)) {
        return false;  // damaged: computed once more
    }
    if (sequence != sequence_sha256) {
        throw Error(
            ErrorKind::kResume,
            path(tile) + " was made from another sequence",
            "the FASTA or the VCF has changed; remove " + folder_.string() + " to start anew");
    }
    return true;
}

void PredictJournal::put(std::size_t tile,
                         const std::string& sequence_sha256,
                         std::span<const float> values) const {
    io::OutputFile out(path(tile));
    out.write(sequence_sha256);
    out.write({reinterpret_cast<const char*>(values.data()), values.size_bytes()});
    out.write(hash_of(sequence_sha256, values));
    out.close();
}

void PredictJournal::read(std::size_t tile, std::uint64_t first, std::span<float> out) const {
    std::ifstream in(path(tile), std::ios::binary);
    in.seekg(static_cast<std::streamoff>(kHashLetters + first * sizeof(float)));
    in.read(reinterpret_cast<char*>(out.data()), static_cast<std::streamsize>(out.size_bytes()));
    if (!in) {
        throw Error(ErrorKind::kOutput, "cannot read back " + path(tile));
    }
}

bool PredictJournal::holds_tiles() const {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
        if (is_tile(entry.path().filename().string())) {
            return true;
        }
    }
    return false;
}

void PredictJournal::remove() const {
    // Only what a run puts there, the description last: without it the rest is no journal.
    std::vector<fs::path> ours;
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(folder_, error)) {
        if (is_tile(entry.path().filename().string())) {
            ours.push_back(entry.path());
        }
    }
    ours.push_back(folder_ / kDescription);
    for (const fs::path& file : ours) {
        if (!error) {
            fs::remove(file, error);
        }
    }
    if (!error && !fs::is_empty(folder_, error) && !error) {
        core::log(core::LogLevel::kWarning,
                  folder_.string() + " is kept: it holds files that are not of this run");
        return;
    }
    if (!error) {
        fs::remove(folder_, error);
    }
    if (error) {
        throw Error(ErrorKind::kOutput,
                    "cannot remove " + folder_.string() + ": " + error.message());
    }
}

}  // namespace varhush::apps
