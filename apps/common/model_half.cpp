#include "apps/common/model_half.hpp"

#include "apps/common/runtime.hpp"
#include "varhush/core/error.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>

namespace varhush::apps {

namespace {

// execv and posix_spawn take char* but do not write through it.
std::vector<char*> as_argv(const std::vector<std::string>& words) {
    std::vector<char*> pointers;
    pointers.reserve(words.size() + 1);
    for (const std::string& word : words) {
        pointers.push_back(const_cast<char*>(word.c_str()));
    }
    pointers.push_back(nullptr);
    return pointers;
}

std::string read_to_end(int descriptor) {
    std::string text;
    std::array<char, 4096> buffer{};
    for (;;) {
        const ssize_t got = read(descriptor, buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got <= 0) {
            return text;
        }
        text.append(buffer.data(), static_cast<std::size_t>(got));
    }
}

int wait_for(pid_t child) {
    int status = 0;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            return -1;
        }
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

}  // namespace

std::string model_half_path() {
    namespace fs = std::filesystem;
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    if (error) {
        throw Error(ErrorKind::kInternal, "cannot read /proc/self/exe: " + error.message());
    }
    return self.parent_path().parent_path() / "libexec" / "varhush" / "varhush-model";
}

void become_model_half(int argc, const char* const* argv) {
    const std::string path = model_half_path();
    std::vector<std::string> words(argv, argv + argc);
    words[0] = path;
    prepare_runtime(argc, argv);
    execv(path.c_str(), as_argv(words).data());
    const int cause = errno;
    if (cause == ENOENT) {
        throw Error(
            ErrorKind::kModel,
            "'" + words[1] + "' needs the model half, which is not installed (" + path + ")",
            "build with LibTorch (preset release) or install the complete package");
    }
    throw Error(ErrorKind::kModel, "cannot start " + path + ": " + std::strerror(cause));
}

std::optional<ChildOutput> run_child(const std::string& program,
                                     const std::vector<std::string>& arguments) {
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::array<int, 2> ends{};
    if (pipe2(ends.data(), O_CLOEXEC) != 0) {
        return std::nullopt;
    }
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    pid_t child = 0;
    const int failed =
        posix_spawn(&child, program.c_str(), &actions, nullptr, as_argv(words).data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    std::optional<ChildOutput> result;
    if (failed == 0) {
        result.emplace();
        result->out = read_to_end(ends[0]);
        result->exit_code = wait_for(child);
    }
    close(ends[0]);
    return result;
}

}  // namespace varhush::apps
