// Calibration tables as files. A safetensors file: the description (JSON) and its SHA-256 in the
// metadata, all knots one behind the other as tensors, a row of `grids` for each grid.
#include "varhush/core/error.hpp"
#include "varhush/scoring/calibration_table.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

namespace varhush::scoring {

namespace {

using Json = nlohmann::json;

constexpr int kVersion = 1;
constexpr const char* kFormat = "varhush.format";
constexpr const char* kFormatName = "calibration";
constexpr const char* kDescription = "varhush.calibration";
constexpr const char* kDescriptionHash = "varhush.calibration_sha256";
constexpr const char* kDataHash = "varhush.data_sha256";
constexpr std::int32_t kProfileSeries = -1;  // in the first column of `grids`
constexpr std::size_t kColumns = 5;          // series, slot, sizes?, knots, background values

template <class Number>
std::span<const std::byte> bytes_of(const std::vector<Number>& numbers) {
    return std::as_bytes(std::span(numbers));
}

std::string digest(std::span<const std::byte> bytes) {
    nn::Sha256 hash;
    hash.update(bytes);
    return hash.finish();
}

std::string digest(const std::string& text) {
    return digest(std::as_bytes(std::span(text)));
}

// The numbers of a table as they lie in the file.
struct Stored {
    std::vector<float> values;
    std::vector<std::int32_t> ranks;
    std::vector<std::int32_t> grids;
    std::vector<float> profile;  // mean, then the whitening triangle; empty: none

    void add(std::int32_t series, std::size_t slot, bool sizes, const RankGrid& grid) {
        for (const RankKnot& knot : grid.knots()) {
            values.push_back(knot.value);
            ranks.push_back(static_cast<std::int32_t>(knot.twice_below));
        }
        for (const std::size_t number : {slot,
                                         static_cast<std::size_t>(sizes),
                                         grid.knots().size(),
                                         static_cast<std::size_t>(grid.size())}) {
            if (grids.size() % kColumns == 0) {
                grids.push_back(series);
            }
            grids.push_back(static_cast<std::int32_t>(number));
        }
    }
};

Json describe(const CalibrationTable& table) {
    const CalibrationInfo& info = table.info();
    Json series = Json::array();
    for (const ScoreSeries& one : table.series()) {
        series.push_back({{"name", one.name}, {"signed", one.is_signed}});
    }
    Json json{{"version", kVersion},
              {"name", info.name},
              {"model", {{"id", info.model_id}, {"sha256", info.model_sha256}}},
              {"settings", info.settings},
              {"background",
               {{"text", info.background},
                {"sha256", info.background_sha256},
                {"alleles", info.alleles}}},
              {"tolerance", info.tolerance},
              {"ood_threshold", info.ood_threshold},
              {"spread_threshold", info.spread_threshold},
              {"profile_window_bp", table.profile() ? table.profile()->window_bp() : 0},
              {"series", series}};
    if (const auto& sign = table.sign()) {
        Json knots = Json::array();
        for (const SignKnot& knot : sign->curve.knots()) {
            knots.push_back({knot.size, knot.probability});
        }
        json["sign"] = {{"series", sign->series},
                        {"source", sign->source},
                        {"measured", sign->measured},
                        {"knots", knots}};
    }
    return json;
}

// Reads what describe() wrote; every surprise is an error that names the file.
class Reader {
  public:
    explicit Reader(const nn::SafeTensors& file) : file_(file) {}

    CalibrationTable read() {
        check_hashes();
        read_description();
        read_numbers();
        std::optional<SequenceProfile> profile;
        if (profile_window_bp_ > 0) {
            profile = read_profile();
        }
        CalibrationTable table(
            std::move(info_), std::move(series_), std::move(grids_), std::move(profile));
        if (!sign_) {
            return table;
        }
        if (const auto series = table.find(sign_->series);
            !series || !table.series()[*series].is_signed) {
            refuse("the signs of the calibration table belong to no series");
        }
        return std::move(table).with_sign(std::move(*sign_));
    }

  private:
    [[noreturn]] void refuse(const std::string& what) const {
        throw Error(ErrorKind::kModel,
                    file_.name() + ": " + what,
                    "calibration tables are made by 'varhush calibrate'");
    }

    const std::string& metadata(const char* key) const {
        const auto found = file_.metadata().find(key);
        if (found == file_.metadata().end()) {
            refuse("no calibration table");
        }
        return found->second;
    }

    void check_hashes() const {
        if (metadata(kFormat) != kFormatName) {
            refuse("no calibration table");
        }
        if (digest(metadata(kDescription)) != metadata(kDescriptionHash) ||
            file_.data_sha256() != metadata(kDataHash)) {
            refuse("the calibration table is damaged: it is not what its checksum says");
        }
    }

    void read_description() {
        const Json json = Json::parse(metadata(kDescription), nullptr, false);
        try {
            if (const int version = json.at("version").get<int>(); version != kVersion) {
                refuse("a calibration table of version " + std::to_string(version) +
                       ", this program reads version " + std::to_string(kVersion));
            }
            info_.name = json.at("name").get<std::string>();
            info_.model_id = json.at("model").at("id").get<std::string>();
            info_.model_sha256 = json.at("model").at("sha256").get<std::string>();
            info_.settings = json.at("settings").get<std::string>();
            const Json& background = json.at("background");
            info_.background = background.at("text").get<std::string>();
            info_.background_sha256 = background.at("sha256").get<std::string>();
            background.at("alleles").get_to(info_.alleles);
            info_.tolerance = json.at("tolerance").get<double>();
            info_.ood_threshold = json.at("ood_threshold").get<double>();
            // Younger than version 1; what tables without it were made for.
            info_.spread_threshold = json.value("spread_threshold", 1.0);
            profile_window_bp_ = json.at("profile_window_bp").get<std::int64_t>();
            for (const Json& one : json.at("series")) {
                series_.push_back(
                    {one.at("name").get<std::string>(), one.at("signed").get<bool>()});
            }
            if (json.contains("sign")) {
                read_sign(json.at("sign"));
            }
        } catch (const Json::exception&) {
            refuse("the description of the calibration table is not what it should be");
        }
        check_description();
    }

    void read_sign(const Json& json) {
        std::vector<SignKnot> knots;
        for (const Json& knot : json.at("knots")) {
            knots.push_back({knot.at(0).get<float>(), knot.at(1).get<float>()});
        }
        try {
            sign_ = {json.at("series").get<std::string>(),
                     json.at("source").get<std::string>(),
                     json.at("measured").get<std::int64_t>(),
                     SignCurve(std::move(knots))};
        } catch (const Error& error) {
            refuse(error.what());
        }
    }

    void check_description() const {
        if (!(info_.spread_threshold > 0)) {
            refuse("the limit of disagreement in the calibration table is none");
        }
        std::vector<std::string> names;
        for (const ScoreSeries& one : series_) {
            names.push_back(one.name);
        }
        std::sort(names.begin(), names.end());
        if (std::adjacent_find(names.begin(), names.end()) != names.end()) {
            refuse("the calibration table names a series twice");
        }
    }

    // A vector of four-byte numbers, whatever its length.
    template <class Number>
    std::vector<Number> numbers(const char* name, const char* dtype) const {
        const auto found = file_.entries().find(name);
        if (found == file_.entries().end() || found->second.dtype != dtype) {
            refuse("the calibration table has no tensor \"" + std::string(name) + "\" of " + dtype);
        }
        std::vector<Number> result(found->second.bytes.size() / sizeof(Number));
        if (!result.empty()) {
            std::memcpy(result.data(), found->second.bytes.data(), result.size() * sizeof(Number));
        }
        return result;
    }

    void read_numbers() {
        values_ = numbers<float>("values", "F32");
        ranks_ = numbers<std::int32_t>("ranks", "I32");
        const auto rows = numbers<std::int32_t>("grids", "I32");
        grids_.resize(series_.size());
        if (rows.size() % kColumns != 0 || values_.size() != ranks_.size()) {
            refuse("the tensors of the calibration table do not fit each other");
        }
        for (std::size_t at = 0; at < rows.size(); at += kColumns) {
            place(std::span(rows).subspan(at, kColumns));
        }
        if (used_ != values_.size()) {
            refuse("the calibration table has knots that belong to no grid");
        }
    }

    void place(std::span<const std::int32_t> row) {
        RankGrid grid = take(row[3], row[4]);
        if (row[0] == kProfileSeries && !distances_) {
            distances_ = std::move(grid);
            return;
        }
        if (row[0] < 0 || static_cast<std::size_t>(row[0]) >= series_.size() || row[1] < 0 ||
            static_cast<std::size_t>(row[1]) > kAlleleClassCount || row[2] < 0 || row[2] > 1) {
            refuse("a grid of the calibration table belongs to nothing");
        }
        auto& grids = grids_[static_cast<std::size_t>(row[0])];
        auto& slot = (row[2] == 1 ? grids.sizes : grids.values)[static_cast<std::size_t>(row[1])];
        if (slot) {
            refuse("the calibration table has a grid twice");
        }
        slot = std::move(grid);
    }

    RankGrid take(std::int32_t knots, std::int32_t size) {
        if (knots < 1 || size < 1 || static_cast<std::size_t>(knots) > values_.size() - used_) {
            refuse("a grid of the calibration table reaches past its knots");
        }
        std::vector<RankKnot> own;
        for (std::int32_t i = 0; i < knots; ++i, ++used_) {
            if (ranks_[used_] < 0) {
                refuse("the calibration table has a negative rank");
            }
            own.push_back({values_[used_], static_cast<std::uint32_t>(ranks_[used_])});
        }
        try {
            return {std::move(own), static_cast<std::uint32_t>(size)};
        } catch (const Error& error) {
            refuse(error.what());
        }
    }

    SequenceProfile read_profile() {
        auto stored = numbers<float>("profile", "F32");
        if (!distances_ || stored.size() < kProfileFeatures) {
            refuse("the calibration table's sequence profile is cut");
        }
        ProfileFeatures mean{};
        std::copy_n(stored.begin(), kProfileFeatures, mean.begin());
        stored.erase(stored.begin(), stored.begin() + kProfileFeatures);
        try {
            return {profile_window_bp_, mean, std::move(stored), std::move(*distances_)};
        } catch (const Error& error) {
            refuse(error.what());
        }
    }

    const nn::SafeTensors& file_;
    CalibrationInfo info_;
    std::int64_t profile_window_bp_ = 0;
    std::vector<ScoreSeries> series_;
    std::vector<CalibrationTable::Grids> grids_;
    std::optional<SignCalibration> sign_;
    std::optional<RankGrid> distances_;
    std::vector<float> values_;
    std::vector<std::int32_t> ranks_;
    std::size_t used_ = 0;  // knots
};

Stored stored_form(const CalibrationTable& table) {
    Stored stored;
    const auto add_all = [&](std::size_t series, bool sizes, const auto& grids) {
        for (std::size_t slot = 0; slot < grids.size(); ++slot) {
            if (grids[slot]) {
                stored.add(static_cast<std::int32_t>(series), slot, sizes, *grids[slot]);
            }
        }
    };
    for (std::size_t i = 0; i < table.series().size(); ++i) {
        add_all(i, false, table.grids(i).values);
        add_all(i, true, table.grids(i).sizes);
    }
    if (const auto& profile = table.profile()) {
        stored.add(kProfileSeries, 0, false, profile->distances());
        stored.profile.assign(profile->mean().begin(), profile->mean().end());
        stored.profile.insert(
            stored.profile.end(), profile->whitening().begin(), profile->whitening().end());
    }
    return stored;
}

}  // namespace

CalibrationTable CalibrationTable::from_file(const nn::SafeTensors& file) {
    return Reader(file).read();
}

std::string CalibrationTable::to_bytes() const {
    const Stored stored = stored_form(*this);
    const auto length = [](const auto& numbers) {
        return std::vector<std::int64_t>{static_cast<std::int64_t>(numbers.size())};
    };
    std::string data;
    for (const auto bytes : {bytes_of(stored.values),
                             bytes_of(stored.ranks),
                             bytes_of(stored.grids),
                             bytes_of(stored.profile)}) {
        data.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
    }
    const std::string description =
        describe(*this).dump(-1, ' ', false, Json::error_handler_t::replace);
    return nn::safetensors_header({{"values", length(stored.values), "F32"},
                                   {"ranks", length(stored.ranks), "I32"},
                                   {"grids", length(stored.grids), "I32"},
                                   {"profile", length(stored.profile), "F32"}},
                                  {{kFormat, kFormatName},
                                   {kDescription, description},
                                   {kDescriptionHash, digest(description)},
                                   {kDataHash, digest(data)}}) +
           data;
}

}  // namespace varhush::scoring
