//! The tearing disk as a SQLite VFS: content goes through [`TornDisk`], locks and shared memory through the default
//! VFS beneath.

use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::io;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::ptr;
use std::sync::Arc;

use rusqlite::ffi;

use crate::torn::overlay::TornDisk;

unsafe extern "C" {
    fn kill(pid: c_int, signal: c_int) -> c_int;
}

/// Kills this process as `kill -9` does.
pub fn kill_self() -> ! {
    let pid = std::process::id() as c_int;
    // SAFETY: sending a signal to ourselves touches no memory; SIGKILL (9) ends the process.
    unsafe { kill(pid, 9) };
    std::process::abort()
}

/// What the VFS knows: the disk, and the VFS beneath.
struct Beneath {
    disk: Arc<TornDisk>,
    vfs: *mut ffi::sqlite3_vfs,
}

/// An open file: SQLite's header, then ours; the file of the VFS beneath follows in the same allocation.
#[repr(C)]
struct TornFile {
    base: ffi::sqlite3_file,
    /// Nothing for temporary files, which go to the VFS beneath as they are.
    named: *mut Named,
}

struct Named {
    disk: Arc<TornDisk>,
    path: PathBuf,
}

const OURS: usize = size_of::<TornFile>().next_multiple_of(16);

/// Registers the disk as a VFS under `name`, for the rest of the process.
///
/// # Errors
/// When SQLite refuses.
pub fn register(name: &str, disk: Arc<TornDisk>) -> io::Result<()> {
    let name = CString::new(name).map_err(io::Error::other)?;
    // SAFETY: finding the default VFS has no conditions; the pointer is checked below and lives for ever.
    let beneath = unsafe { ffi::sqlite3_vfs_find(ptr::null()) };
    if beneath.is_null() {
        return Err(io::Error::other("SQLite has no default VFS"));
    }
    // SAFETY: the default VFS is a valid table; it is copied, and what we do not replace keeps working on it because
    // the unix VFS's other functions take nothing from our copy but its name and size.
    let mut vfs = unsafe { ptr::read(beneath) };
    vfs.iVersion = 1;
    vfs.pNext = ptr::null_mut();
    vfs.zName = name.into_raw();
    vfs.szOsFile += OURS as c_int;
    vfs.pAppData = Box::into_raw(Box::new(Beneath { disk, vfs: beneath })).cast();
    vfs.xOpen = Some(open);
    vfs.xDelete = Some(delete);
    vfs.xAccess = Some(access);
    vfs.xFullPathname = Some(full_pathname);
    // SAFETY: the table is leaked, so it outlives every connection.
    let code = unsafe { ffi::sqlite3_vfs_register(Box::into_raw(Box::new(vfs)), 0) };
    if code == ffi::SQLITE_OK {
        Ok(())
    } else {
        Err(io::Error::other(format!("SQLite refused the VFS: {code}")))
    }
}

/// # Safety
/// `vfs` is a table made by [`register`].
unsafe fn beneath<'a>(vfs: *mut ffi::sqlite3_vfs) -> &'a Beneath {
    // SAFETY: `register` put a leaked `Beneath` there.
    unsafe { &*(*vfs).pAppData.cast::<Beneath>() }
}

/// # Safety
/// `file` was opened by [`open`].
unsafe fn real(file: *mut ffi::sqlite3_file) -> *mut ffi::sqlite3_file {
    // SAFETY: `szOsFile` asks for `OURS` bytes more than the file beneath needs.
    unsafe { file.cast::<u8>().add(OURS).cast() }
}

/// # Safety
/// `file` was opened by [`open`].
unsafe fn named<'a>(file: *mut ffi::sqlite3_file) -> Option<&'a Named> {
    // SAFETY: `open` set the pointer, to null or to a box that `close` frees.
    unsafe { (*file.cast::<TornFile>()).named.as_ref() }
}

/// # Safety
/// `name` is a C string of SQLite's.
unsafe fn path_of(name: *const c_char) -> PathBuf {
    // SAFETY: as the caller promises.
    let bytes = unsafe { CStr::from_ptr(name) }.to_bytes();
    Path::new(std::ffi::OsStr::from_bytes(bytes)).to_owned()
}

unsafe extern "C" fn open(
    vfs: *mut ffi::sqlite3_vfs,
    name: ffi::sqlite3_filename,
    file: *mut ffi::sqlite3_file,
    flags: c_int,
    out_flags: *mut c_int,
) -> c_int {
    // SAFETY: SQLite gives a table of ours, `szOsFile` bytes for the file, and a valid name or null.
    unsafe {
        let under = beneath(vfs);
        let ours = file.cast::<TornFile>();
        (*ours).base.pMethods = ptr::null();
        (*ours).named = ptr::null_mut();
        let Some(open_beneath) = (*under.vfs).xOpen else {
            return ffi::SQLITE_ERROR;
        };
        let code = open_beneath(under.vfs, name, real(file), flags, out_flags);
        if code != ffi::SQLITE_OK {
            return code;
        }
        (*ours).base.pMethods = &raw const METHODS;
        if !name.is_null() {
            let path = path_of(name);
            if under.disk.open(&path).is_err() {
                close(file);
                (*ours).base.pMethods = ptr::null();
                return ffi::SQLITE_CANTOPEN;
            }
            (*ours).named = Box::into_raw(Box::new(Named {
                disk: Arc::clone(&under.disk),
                path,
            }));
        }
        code
    }
}

unsafe extern "C" fn delete(vfs: *mut ffi::sqlite3_vfs, name: *const c_char, sync: c_int) -> c_int {
    // SAFETY: a table of ours and a valid name.
    unsafe {
        let under = beneath(vfs);
        under.disk.forget(&path_of(name));
        (*under.vfs)
            .xDelete
            .map_or(ffi::SQLITE_ERROR, |delete| delete(under.vfs, name, sync))
    }
}

unsafe extern "C" fn access(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    flags: c_int,
    out: *mut c_int,
) -> c_int {
    // SAFETY: a table of ours, a valid name and a valid place for the answer.
    unsafe {
        let under = beneath(vfs);
        if flags == ffi::SQLITE_ACCESS_EXISTS && under.disk.size(&path_of(name)).is_some_and(|size| size > 0)
        {
            *out = 1;
            return ffi::SQLITE_OK;
        }
        (*under.vfs)
            .xAccess
            .map_or(ffi::SQLITE_ERROR, |access| access(under.vfs, name, flags, out))
    }
}

unsafe extern "C" fn full_pathname(
    vfs: *mut ffi::sqlite3_vfs,
    name: *const c_char,
    length: c_int,
    out: *mut c_char,
) -> c_int {
    // SAFETY: a table of ours, a valid name and `length` bytes for the answer.
    unsafe {
        let under = beneath(vfs);
        (*under.vfs)
            .xFullPathname
            .map_or(ffi::SQLITE_ERROR, |full| full(under.vfs, name, length, out))
    }
}

static METHODS: ffi::sqlite3_io_methods = ffi::sqlite3_io_methods {
    iVersion: 2,
    xClose: Some(close),
    xRead: Some(read),
    xWrite: Some(write),
    xTruncate: Some(truncate),
    xSync: Some(sync),
    xFileSize: Some(file_size),
    xLock: Some(lock),
    xUnlock: Some(unlock),
    xCheckReservedLock: Some(check_reserved_lock),
    xFileControl: Some(file_control),
    xSectorSize: Some(sector_size),
    xDeviceCharacteristics: Some(device_characteristics),
    xShmMap: Some(shm_map),
    xShmLock: Some(shm_lock),
    xShmBarrier: Some(shm_barrier),
    xShmUnmap: Some(shm_unmap),
    xFetch: None,
    xUnfetch: None,
};

/// Calls a method of the file beneath.
macro_rules! beneath_method {
    ($file:expr, $method:ident $(, $argument:expr)*) => {{
        let real = real($file);
        match (*(*real).pMethods).$method {
            Some(method) => method(real $(, $argument)*),
            None => ffi::SQLITE_ERROR,
        }
    }};
}

fn code_of(error: &io::Error, otherwise: c_int) -> c_int {
    match error.kind() {
        io::ErrorKind::StorageFull => ffi::SQLITE_FULL,
        io::ErrorKind::ReadOnlyFilesystem => ffi::SQLITE_READONLY,
        _ => otherwise,
    }
}

unsafe extern "C" fn close(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: SQLite closes a file that `open` opened, once.
    unsafe {
        let ours = file.cast::<TornFile>();
        if !(*ours).named.is_null() {
            drop(Box::from_raw((*ours).named));
            (*ours).named = ptr::null_mut();
        }
        beneath_method!(file, xClose)
    }
}

unsafe extern "C" fn read(
    file: *mut ffi::sqlite3_file,
    out: *mut c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: an open file and `count` bytes at `out`.
    unsafe {
        let Some(named) = named(file) else {
            return beneath_method!(file, xRead, out, count, offset);
        };
        let out = std::slice::from_raw_parts_mut(out.cast::<u8>(), count as usize);
        match named.disk.read(&named.path, out, offset as u64) {
            Ok(there) if there == out.len() => ffi::SQLITE_OK,
            Ok(_) => ffi::SQLITE_IOERR_SHORT_READ,
            Err(error) => code_of(&error, ffi::SQLITE_IOERR_READ),
        }
    }
}

unsafe extern "C" fn write(
    file: *mut ffi::sqlite3_file,
    bytes: *const c_void,
    count: c_int,
    offset: i64,
) -> c_int {
    // SAFETY: an open file and `count` bytes at `bytes`.
    unsafe {
        let Some(named) = named(file) else {
            return beneath_method!(file, xWrite, bytes, count, offset);
        };
        let bytes = std::slice::from_raw_parts(bytes.cast::<u8>(), count as usize);
        match named.disk.write(&named.path, bytes, offset as u64) {
            Ok(()) => ffi::SQLITE_OK,
            Err(error) => code_of(&error, ffi::SQLITE_IOERR_WRITE),
        }
    }
}

unsafe extern "C" fn truncate(file: *mut ffi::sqlite3_file, size: i64) -> c_int {
    // SAFETY: an open file.
    unsafe {
        let Some(named) = named(file) else {
            return beneath_method!(file, xTruncate, size);
        };
        match named.disk.truncate(&named.path, size as u64) {
            Ok(()) => ffi::SQLITE_OK,
            Err(error) => code_of(&error, ffi::SQLITE_IOERR_TRUNCATE),
        }
    }
}

unsafe extern "C" fn sync(file: *mut ffi::sqlite3_file, flags: c_int) -> c_int {
    // SAFETY: an open file.
    unsafe {
        let Some(named) = named(file) else {
            return beneath_method!(file, xSync, flags);
        };
        match named.disk.sync(&named.path) {
            Ok(()) => ffi::SQLITE_OK,
            Err(error) => code_of(&error, ffi::SQLITE_IOERR_FSYNC),
        }
    }
}

unsafe extern "C" fn file_size(file: *mut ffi::sqlite3_file, out: *mut i64) -> c_int {
    // SAFETY: an open file and a valid place for the answer.
    unsafe {
        let Some(named) = named(file) else {
            return beneath_method!(file, xFileSize, out);
        };
        *out = named.disk.size(&named.path).unwrap_or(0) as i64;
        ffi::SQLITE_OK
    }
}

unsafe extern "C" fn lock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    unsafe { beneath_method!(file, xLock, level) }
}

unsafe extern "C" fn unlock(file: *mut ffi::sqlite3_file, level: c_int) -> c_int {
    // SAFETY: an open file.
    unsafe { beneath_method!(file, xUnlock, level) }
}

unsafe extern "C" fn check_reserved_lock(file: *mut ffi::sqlite3_file, out: *mut c_int) -> c_int {
    // SAFETY: an open file and a valid place for the answer.
    unsafe { beneath_method!(file, xCheckReservedLock, out) }
}

unsafe extern "C" fn file_control(file: *mut ffi::sqlite3_file, what: c_int, argument: *mut c_void) -> c_int {
    // A hint about the size would change the real file behind the overlay's back.
    if what == ffi::SQLITE_FCNTL_SIZE_HINT || what == ffi::SQLITE_FCNTL_CHUNK_SIZE {
        return ffi::SQLITE_NOTFOUND;
    }
    // SAFETY: an open file; the argument is what SQLite gives for this control.
    unsafe { beneath_method!(file, xFileControl, what, argument) }
}

unsafe extern "C" fn sector_size(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file.
    unsafe { beneath_method!(file, xSectorSize) }
}

unsafe extern "C" fn device_characteristics(file: *mut ffi::sqlite3_file) -> c_int {
    // SAFETY: an open file.
    unsafe { beneath_method!(file, xDeviceCharacteristics) }
}

unsafe extern "C" fn shm_map(
    file: *mut ffi::sqlite3_file,
    page: c_int,
    size: c_int,
    extend: c_int,
    out: *mut *mut c_void,
) -> c_int {
    // SAFETY: an open file and a valid place for the answer.
    unsafe { beneath_method!(file, xShmMap, page, size, extend, out) }
}

unsafe extern "C" fn shm_lock(
    file: *mut ffi::sqlite3_file,
    offset: c_int,
    count: c_int,
    flags: c_int,
) -> c_int {
    // SAFETY: an open file.
    unsafe { beneath_method!(file, xShmLock, offset, count, flags) }
}

unsafe extern "C" fn shm_barrier(file: *mut ffi::sqlite3_file) {
    // SAFETY: an open file.
    unsafe {
        let real = real(file);
        if let Some(barrier) = (*(*real).pMethods).xShmBarrier {
            barrier(real);
        }
    }
}

unsafe extern "C" fn shm_unmap(file: *mut ffi::sqlite3_file, delete: c_int) -> c_int {
    // SAFETY: an open file.
    unsafe { beneath_method!(file, xShmUnmap, delete) }
}
