#include "varhush/core/error.hpp"
#include "varhush/nn/safetensors.hpp"

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <set>

namespace varhush::nn {
namespace {

constexpr std::size_t kAlignment = 64;
constexpr std::uint64_t kBlock = std::uint64_t{1} << 20U;  // elements

std::string quoted(const std::string& text) {
    try {
        return nlohmann::json(text).dump();
    } catch (const nlohmann::json::exception&) {
        throw Error(ErrorKind::kInternal, "a tensor name or metadata text is not UTF-8");
    }
}

std::string metadata_json(const std::map<std::string, std::string>& metadata) {
    std::string json;
    for (const auto& [key, value] : metadata) {
        json += (json.empty() ? "" : ",") + quoted(key) + ":" + quoted(value);
    }
    return "\"__metadata__\":{" + json + "}";
}

std::string tensor_json(const TensorShape& tensor, std::uint64_t begin, std::uint64_t end) {
    std::string shape;
    for (const auto dimension : tensor.shape) {
        shape += (shape.empty() ? "" : ",") + std::to_string(dimension);
    }
    return quoted(tensor.name) + R"(:{"dtype":)" + quoted(tensor.dtype) + R"(,"shape":[)" + shape +
           R"(],"data_offsets":[)" + std::to_string(begin) + "," + std::to_string(end) + "]}";
}

std::uint64_t element_count(const std::vector<std::int64_t>& shape) {
    std::uint64_t count = 1;
    for (const auto dimension : shape) {
        VARHUSH_CHECK(dimension >= 0);
        count *= static_cast<std::uint64_t>(dimension);
    }
    return count;
}

/// A file beside its final name; removed unless commit() has renamed it.
class PartFile {
  public:
    explicit PartFile(const std::string& path) : path_(path), part_(path + ".part") {
        descriptor_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
        if (descriptor_ < 0) {
            fail("cannot be created");
        }
    }
    ~PartFile() {
        if (descriptor_ >= 0) {
            ::close(descriptor_);
        }
        if (!committed_) {
            ::unlink(part_.c_str());
        }
    }
    PartFile(const PartFile&) = delete;
    PartFile& operator=(const PartFile&) = delete;

    void write(const void* data, std::size_t size) {
        const auto* from = static_cast<const char*>(data);
        while (size > 0) {
            const ssize_t written = ::write(descriptor_, from, size);
            if (written < 0 && errno == EINTR) {
                continue;
            }
            if (written <= 0) {
                fail("write failed");
            }
            from += written;
            size -= static_cast<std::size_t>(written);
        }
    }

    void commit() {
        if (::fsync(descriptor_) != 0) {
            fail("sync failed");
        }
        const int closed = ::close(descriptor_);
        descriptor_ = -1;
        if (closed != 0) {
            fail("close failed");
        }
        if (std::rename(part_.c_str(), path_.c_str()) != 0) {
            fail("rename failed");
        }
        committed_ = true;
    }

  private:
    [[noreturn]] void fail(const std::string& what) const {
        throw Error(ErrorKind::kOutput, path_ + ": " + what + ": " + std::strerror(errno));
    }

    std::string path_;
    std::string part_;
    int descriptor_ = -1;
    bool committed_ = false;
};

}  // namespace

std::string safetensors_header(const std::vector<TensorShape>& tensors,
                               const std::map<std::string, std::string>& metadata) {
    std::string json = "{" + metadata_json(metadata);
    std::set<std::string> names{"__metadata__"};
    std::uint64_t at = 0;
    for (const auto& tensor : tensors) {
        VARHUSH_CHECK(names.insert(tensor.name).second);
        const std::uint64_t end = at + tensor.bytes();
        json += ",";
        json += tensor_json(tensor, at, end);
        at = end;
    }
    json += "}";
    const std::size_t used = (sizeof(std::uint64_t) + json.size()) % kAlignment;
    json.append(used == 0 ? 0 : kAlignment - used, ' ');
    const std::uint64_t length = json.size();
    std::string header(sizeof length, '\0');
    std::memcpy(header.data(), &length, sizeof length);
    return header + json;
}

void write_safetensors(const std::string& path,
                       const std::vector<NamedTensor>& tensors,
                       const std::map<std::string, std::string>& metadata) {
    std::vector<TensorShape> shapes;
    for (const auto& tensor : tensors) {
        VARHUSH_CHECK(element_count(tensor.shape) == tensor.values.size());
        shapes.push_back({tensor.name, tensor.shape});
    }
    const std::string header = safetensors_header(shapes, metadata);
    PartFile file(path);
    file.write(header.data(), header.size());
    for (const auto& tensor : tensors) {
        file.write(tensor.values.data(), tensor.values.size() * sizeof(float));
    }
    file.commit();
}

void stream_safetensors(const std::string& path,
                        const std::vector<TensorShape>& tensors,
                        const std::map<std::string, std::string>& metadata,
                        const FillTensor& fill) {
    const std::string header = safetensors_header(tensors, metadata);
    PartFile file(path);
    file.write(header.data(), header.size());
    std::vector<float> block;
    std::vector<std::byte> stored;
    for (std::size_t index = 0; index < tensors.size(); ++index) {
        const std::uint64_t count = element_count(tensors[index].shape);
        const std::string& dtype = tensors[index].dtype;
        for (std::uint64_t first = 0; first < count; first += block.size()) {
            block.resize(std::min<std::uint64_t>(kBlock, count - first));
            fill(index, static_cast<std::int64_t>(first), block);
            stored.resize(
                TensorShape{{}, {static_cast<std::int64_t>(block.size())}, dtype}.bytes());
            narrow(block, dtype, stored);
            file.write(stored.data(), stored.size());
        }
    }
    file.commit();
}

}  // namespace varhush::nn
