// Remote by SFTP, version 3, the one that every server speaks.

#include <sys/stat.h>

#include <algorithm>
#include <vector>

#include "transfer/remote.hpp"
#include "transfer/ssh_session.hpp"

namespace transfer {

namespace {

// What the library accepts as one answer, and so the longest name that can be in one.
constexpr std::size_t name_bytes_max = 256u << 10;
constexpr std::size_t piece_bytes = 64u << 10;
// A request is 30,000 bytes, and four times the buffer is asked for ahead.
constexpr std::size_t single_piece_bytes = 7'500;
constexpr std::size_t window_bytes = 256u << 10;
constexpr long file_mode = 0640;
constexpr long directory_mode = 0770;  // whoever fetches receipts must be able to take them away

Told told_of(unsigned long status) {
    switch (status) {
        case LIBSSH2_FX_OK: return Told::Done;
        case LIBSSH2_FX_NO_SUCH_FILE:
        case LIBSSH2_FX_NO_SUCH_PATH: return Told::Missing;
        case LIBSSH2_FX_FILE_ALREADY_EXISTS: return Told::Exists;
        case LIBSSH2_FX_PERMISSION_DENIED:
        case LIBSSH2_FX_WRITE_PROTECT:
        case LIBSSH2_FX_OP_UNSUPPORTED:
        case LIBSSH2_FX_INVALID_FILENAME:
        case LIBSSH2_FX_LINK_LOOP: return Told::Refused;
        case LIBSSH2_FX_NO_SPACE_ON_FILESYSTEM:
        case LIBSSH2_FX_QUOTA_EXCEEDED: return Told::Full;
        default: return Told::Failed;
    }
}

Kind kind_of(const LIBSSH2_SFTP_ATTRIBUTES& about) {
    const bool is_told = (about.flags & LIBSSH2_SFTP_ATTR_PERMISSIONS) != 0;
    const unsigned long type = about.permissions & S_IFMT;
    if (!is_told || type == 0) return Kind::Unknown;
    return S_ISREG(type) ? Kind::File : S_ISDIR(type) ? Kind::Directory : Kind::Other;
}

RemoteEntry entry_of(std::string name, const LIBSSH2_SFTP_ATTRIBUTES& about) {
    RemoteEntry entry{std::move(name), kind_of(about)};
    if ((about.flags & LIBSSH2_SFTP_ATTR_SIZE) != 0) entry.bytes = about.filesize;
    if ((about.flags & LIBSSH2_SFTP_ATTR_ACMODTIME) != 0)
        entry.modified_at = base::Time{std::chrono::seconds{about.mtime}};
    return entry;
}

bool is_name(std::string_view name) {
    return !name.empty() && name != "." && name != ".." &&
           name.find_first_of(std::string_view{"/\0", 2}) == std::string_view::npos;
}

// An open file or directory of the server; closed with its object, answered or not.
class Handle {
public:
    Handle(SshSession& session, LIBSSH2_SFTP_HANDLE* handle) : session_(session), handle_(handle) {}
    ~Handle() {
        if (handle_) close();
    }
    Handle(const Handle&) = delete;
    Handle& operator=(const Handle&) = delete;

    explicit operator bool() const { return handle_; }
    LIBSSH2_SFTP_HANDLE* get() const { return handle_; }
    long close() {
        LIBSSH2_SFTP_HANDLE* handle = std::exchange(handle_, nullptr);
        return session_.patient([&] { return libssh2_sftp_close_handle(handle); });
    }

private:
    SshSession& session_;
    LIBSSH2_SFTP_HANDLE* handle_;
};

class SftpRemote final : public Remote {
public:
    SftpRemote(std::unique_ptr<SshSession> session, std::string directory)
        : session_(std::move(session)), directory_(std::move(directory)), name_(name_bytes_max) {}

    void on_progress(const std::function<void()>& told) override { progress_ = told; }
    base::Result<Told> list(const std::string& directory,
                            const std::function<bool(const RemoteEntry&)>& visit) override;
    base::Result<std::optional<RemoteEntry>> look(const std::string& path) override;
    base::Result<Told> fetch(const std::string& path, std::uint64_t bytes_max,
                             const std::function<bool(std::string_view)>& take) override;
    base::Result<Told> put(const std::string& path, std::string_view bytes) override;
    base::Result<Told> rename(const std::string& from, const std::string& to) override;
    base::Result<Told> remove(const std::string& path) override;
    base::Result<Told> make_directory(const std::string& path) override;

private:
    using Take = std::function<bool(std::string_view)>;

    std::string full(const std::string& path) const;
    void has_moved(std::size_t bytes) {
        session_->has_moved(bytes);
        progress_();
    }
    LIBSSH2_SFTP_HANDLE* open(const std::string& path, unsigned long flags, int type);
    // The answer to a call that ended with this code.
    base::Result<Told> answer(long code);
    template <class Call>
    base::Result<Told> ask(Call call) {
        session_->begin();
        return answer(session_->patient(call));
    }
    base::Result<Told> read_to_end(const Handle& file, std::uint64_t bytes_max, const Take& take,
                                   std::uint64_t& bytes);
    base::Result<Told> write(Handle& file, std::string_view bytes);

    std::unique_ptr<SshSession> session_;
    std::string directory_;
    std::vector<char> name_;
    std::function<void()> progress_ = [] {};
};

std::string SftpRemote::full(const std::string& path) const {
    if (directory_.empty()) return path.empty() ? "." : path;
    if (path.empty()) return directory_;
    return directory_.ends_with('/') ? directory_ + path : directory_ + "/" + path;
}

base::Result<Told> SftpRemote::answer(long code) {
    if (code >= 0) return Told::Done;
    const unsigned long status = libssh2_sftp_last_error(session_->sftp());
    const bool is_answer = code == LIBSSH2_ERROR_SFTP_PROTOCOL && status != LIBSSH2_FX_OK &&
                           status != LIBSSH2_FX_NO_CONNECTION &&
                           status != LIBSSH2_FX_CONNECTION_LOST;
    if (is_answer && !session_->is_broken()) return told_of(status);
    return session_->broken("it broke the rules of SFTP (libssh2 " + std::to_string(code) + ")");
}

LIBSSH2_SFTP_HANDLE* SftpRemote::open(const std::string& path, unsigned long flags, int type) {
    const std::string whole = full(path);
    return session_->patient_for([&] {
        return libssh2_sftp_open_ex(session_->sftp(), whole.data(),
                                    static_cast<unsigned>(whole.size()), flags, file_mode, type);
    });
}

base::Result<Told> SftpRemote::list(const std::string& directory,
                                    const std::function<bool(const RemoteEntry&)>& visit) {
    session_->begin();
    Handle handle{*session_, open(directory, 0, LIBSSH2_SFTP_OPENDIR)};
    if (!handle) return answer(session_->last_error());
    Told told = Told::Done;
    for (;;) {
        LIBSSH2_SFTP_ATTRIBUTES about{};
        const long size = session_->patient([&] {
            return libssh2_sftp_readdir_ex(handle.get(), name_.data(), name_.size(), nullptr, 0,
                                           &about);
        });
        if (size < 0) return answer(size);
        if (size == 0) break;
        const std::string_view name{name_.data(), static_cast<std::size_t>(size)};
        if (is_name(name) && !visit(entry_of(std::string{name}, about))) break;
        if (session_->is_past_half()) {
            told = Told::Cut;
            break;
        }
    }
    handle.close();
    if (session_->is_broken()) return session_->broken({});
    return told;
}

base::Result<std::optional<RemoteEntry>> SftpRemote::look(const std::string& path) {
    const std::string whole = full(path);
    LIBSSH2_SFTP_ATTRIBUTES about{};
    const auto told = ask([&] {
        return libssh2_sftp_stat_ex(session_->sftp(), whole.data(),
                                    static_cast<unsigned>(whole.size()), LIBSSH2_SFTP_LSTAT,
                                    &about);
    });
    if (!told) return told.fault();
    if (*told == Told::Missing) return std::optional<RemoteEntry>{};
    if (*told != Told::Done) about = {};
    return std::optional{entry_of(path.substr(path.rfind('/') + 1), about)};
}

base::Result<Told> SftpRemote::read_to_end(const Handle& file, std::uint64_t bytes_max,
                                           const Take& take, std::uint64_t& bytes) {
    std::vector<char> piece(piece_bytes);
    for (;;) {
        const long size = session_->patient(
            [&] { return libssh2_sftp_read(file.get(), piece.data(), piece.size()); });
        if (size == LIBSSH2_ERROR_SFTP_PROTOCOL && piece.size() == piece_bytes &&
            !session_->is_broken()) {
            // The library gives up where a server answers a request that it made ahead after a
            // short one (a file that grows, a server with small answers), and has then lost bytes.
            // Seeking elsewhere and back forgets all that is under way.
            piece.resize(single_piece_bytes);
            libssh2_sftp_seek64(file.get(), bytes + 1);
            libssh2_sftp_seek64(file.get(), bytes);
            continue;
        }
        if (size < 0) return answer(size);
        if (size == 0) return Told::Done;
        bytes += static_cast<std::uint64_t>(size);
        has_moved(static_cast<std::size_t>(size));
        if (bytes > bytes_max) return Told::Changed;
        if (!take({piece.data(), static_cast<std::size_t>(size)})) return Told::Failed;
    }
}

base::Result<Told> SftpRemote::fetch(const std::string& path, std::uint64_t bytes_max,
                                     const Take& take) {
    session_->begin();
    Handle file{*session_, open(path, LIBSSH2_FXF_READ, LIBSSH2_SFTP_OPENFILE)};
    if (!file) return answer(session_->last_error());
    LIBSSH2_SFTP_ATTRIBUTES about{};
    const auto told =
        answer(session_->patient([&] { return libssh2_sftp_fstat_ex(file.get(), &about, 0); }));
    if (!told) return told;
    if (*told != Told::Done) about = {};
    const Kind kind = kind_of(about);
    const bool has_size = (about.flags & LIBSSH2_SFTP_ATTR_SIZE) != 0;
    if (kind == Kind::Directory || kind == Kind::Other) return Told::Changed;
    if (has_size && about.filesize > bytes_max) return Told::Changed;
    std::uint64_t bytes = 0;
    auto ended = read_to_end(file, bytes_max, take, bytes);
    file.close();
    if (session_->is_broken()) return session_->broken({});
    if (ended && *ended == Told::Done && has_size && bytes != about.filesize) return Told::Changed;
    return ended;
}

base::Result<Told> SftpRemote::write(Handle& file, std::string_view bytes) {
    while (!bytes.empty()) {
        const std::size_t window = std::min(bytes.size(), window_bytes);
        const long size = session_->patient([&]() -> long {
            const long taken = libssh2_sftp_write(file.get(), bytes.data(), window);
            // Nothing is acknowledged yet, which the library says in two ways.
            return taken == 0 ? LIBSSH2_ERROR_EAGAIN : taken;
        });
        if (size < 0) return answer(size);
        bytes.remove_prefix(static_cast<std::size_t>(size));
        has_moved(static_cast<std::size_t>(size));
    }
    const auto synced = answer(session_->patient([&] { return libssh2_sftp_fsync(file.get()); }));
    if (!synced) return synced;
    // Refused: a server that does not know how.
    if (*synced != Told::Done && *synced != Told::Refused) return synced;
    return answer(file.close());
}

base::Result<Told> SftpRemote::put(const std::string& path, std::string_view bytes) {
    session_->begin();
    Handle file{*session_, open(path, LIBSSH2_FXF_WRITE | LIBSSH2_FXF_CREAT | LIBSSH2_FXF_TRUNC,
                                LIBSSH2_SFTP_OPENFILE)};
    if (!file) return answer(session_->last_error());
    auto told = write(file, bytes);
    if (!told || *told == Told::Done) return told;
    if (file) file.close();
    // A torso would keep the disk full that may have been its reason.
    const std::string whole = full(path);
    const auto removed = answer(session_->patient([&] {
        return libssh2_sftp_unlink_ex(session_->sftp(), whole.data(),
                                      static_cast<unsigned>(whole.size()));
    }));
    if (!removed) return removed;
    return told;
}

base::Result<Told> SftpRemote::rename(const std::string& from, const std::string& to) {
    const std::string old_path = full(from), new_path = full(to);
    return ask([&] {
        return libssh2_sftp_rename_ex(session_->sftp(), old_path.data(),
                                      static_cast<unsigned>(old_path.size()), new_path.data(),
                                      static_cast<unsigned>(new_path.size()), 0);
    });
}

base::Result<Told> SftpRemote::remove(const std::string& path) {
    const std::string whole = full(path);
    return ask([&] {
        return libssh2_sftp_unlink_ex(session_->sftp(), whole.data(),
                                      static_cast<unsigned>(whole.size()));
    });
}

base::Result<Told> SftpRemote::make_directory(const std::string& path) {
    const std::string whole = full(path);
    return ask([&] {
        return libssh2_sftp_mkdir_ex(session_->sftp(), whole.data(),
                                     static_cast<unsigned>(whole.size()), directory_mode);
    });
}

}  // namespace

const char* code_of(Told told) {
    switch (told) {
        case Told::Done: return "done";
        case Told::Missing: return "missing";
        case Told::Exists: return "exists";
        case Told::Refused: return "refused";
        case Told::Full: return "full";
        case Told::Changed: return "changed";
        case Told::Cut: return "cut";
        case Told::Failed: return "failed";
    }
    return "";
}

base::Result<std::unique_ptr<Remote>> connect_sftp(const Server& server) {
    auto session = SshSession::open(server);
    if (!session) return session.fault();
    return std::unique_ptr<Remote>{
        std::make_unique<SftpRemote>(std::move(*session), server.directory)};
}

}  // namespace transfer
