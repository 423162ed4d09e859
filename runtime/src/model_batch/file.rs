//! Request files: how a set is split into them, and how they are written.

use std::fmt;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use super::{Api, ModelBatch, Request};

/// One request file of a set.
///
/// It is written from the set when it is asked for: making one costs nothing of its size.
#[derive(Clone)]
pub struct RequestFile<'b> {
    batch: &'b ModelBatch,
    number: usize,
    of: usize,
    /// Positions in the set, in their order.
    requests: Vec<usize>,
    bytes: u64,
}

/// A file that requests are being put into.
struct Open {
    requests: Vec<usize>,
    weight: usize,
    bytes: u64,
}

impl ModelBatch {
    /// The files that the set is sent in: none for an empty set, and none of them empty.
    ///
    /// The files are in the order of their first requests.
    #[must_use]
    pub fn files(&self) -> Vec<RequestFile<'_>> {
        let mut files: Vec<Open> = Vec::new();
        // The file that is being filled, for each model.
        let mut filling: Vec<Option<usize>> = vec![None; self.models.len()];
        for (position, request) in self.requests.iter().enumerate() {
            let bytes = self.api.request_bytes(&request.custom_id, &request.body);
            let filling = &mut filling[request.model];
            let file = match *filling {
                Some(file) if self.has_room(&files[file], request, bytes) => file,
                _ => {
                    files.push(Open {
                        requests: Vec::new(),
                        weight: 0,
                        bytes: self.api.frame_bytes(),
                    });
                    *filling.insert(files.len() - 1)
                }
            };
            let file = &mut files[file];
            file.bytes += bytes + self.separator_bytes(file);
            file.weight += request.weight;
            file.requests.push(position);
        }
        let of = files.len();
        let numbered = files.into_iter().enumerate().map(|(at, file)| RequestFile {
            batch: self,
            number: at + 1,
            of,
            requests: file.requests,
            bytes: file.bytes,
        });
        numbered.collect()
    }

    /// Writes the files into a folder, which is made if it is not there, and returns their paths.
    ///
    /// They are named by their number, such as `requests-01-of-12.jsonl`. Give each set a folder of its own. No file is
    /// written over, and when one cannot be written, none stays behind.
    ///
    /// # Errors
    /// Those of the file system, with the path.
    pub fn write_to_folder(&self, folder: impl AsRef<Path>) -> io::Result<Vec<PathBuf>> {
        let folder = folder.as_ref();
        fs::create_dir_all(folder).map_err(|error| of_path(folder, &error))?;
        let mut written = Vec::new();
        for file in self.files() {
            let path = folder.join(file.name());
            if let Err(error) = file.write_new(&path) {
                // What matters is the first error; a file that stays behind is the lesser harm.
                for path in &written {
                    let _ = fs::remove_file(path);
                }
                return Err(of_path(&path, &error));
            }
            written.push(path);
        }
        Ok(written)
    }

    fn has_room(&self, file: &Open, request: &Request, bytes: u64) -> bool {
        file.weight + request.weight <= self.limits.requests
            && file.bytes + self.separator_bytes(file) + bytes <= self.limits.bytes
    }

    /// How many bytes come between what is in a file and the next request.
    fn separator_bytes(&self, file: &Open) -> u64 {
        if file.requests.is_empty() {
            return 0;
        }
        self.api.separator().len() as u64
    }
}

impl<'b> RequestFile<'b> {
    /// Which of the set's files this is, from 1.
    #[must_use]
    pub fn number(&self) -> usize {
        self.number
    }

    /// How many requests it has.
    #[expect(clippy::len_without_is_empty, reason = "no file is empty")]
    #[must_use]
    pub fn len(&self) -> usize {
        self.requests.len()
    }

    /// How many bytes it has, exactly.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// The model that its requests are for, where a file may be for only one.
    #[must_use]
    pub fn model(&self) -> Option<&'b str> {
        let first = self.requests().next()?;
        self.batch.models[first.model].as_deref()
    }

    /// The ids of its requests, in their order.
    pub fn custom_ids(&self) -> impl Iterator<Item = &'b str> {
        self.requests().map(|request| request.custom_id.as_str())
    }

    /// What [`write_to_folder`](ModelBatch::write_to_folder) calls it.
    #[must_use]
    pub fn name(&self) -> String {
        let (number, of) = (self.number, self.of);
        let digits = of.to_string().len();
        let extension = self.batch.api.extension();
        format!("requests-{number:0digits$}-of-{of}.{extension}")
    }

    /// Writes the file, request by request. Give a writer with a buffer.
    ///
    /// # Errors
    /// Those of the writer.
    pub fn write_to(&self, writer: &mut (impl Write + ?Sized)) -> io::Result<()> {
        let api: &Api = &self.batch.api;
        writer.write_all(api.opening())?;
        for (at, request) in self.requests().enumerate() {
            if at > 0 {
                writer.write_all(api.separator())?;
            }
            writer.write_all(&api.before_body(&request.custom_id))?;
            writer.write_all(request.body.as_bytes())?;
            writer.write_all(api.after_body())?;
        }
        writer.write_all(api.closing())
    }

    fn requests(&self) -> impl Iterator<Item = &'b Request> {
        self.requests.iter().map(|&at| &self.batch.requests[at])
    }

    fn write_new(&self, path: &Path) -> io::Result<()> {
        let mut writer = BufWriter::new(File::create_new(path)?);
        let written = self.write_to(&mut writer).and_then(|()| writer.flush());
        if written.is_err() {
            let _ = fs::remove_file(path);
        }
        written
    }
}

impl fmt::Debug for RequestFile<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RequestFile")
            .field("name", &self.name())
            .field("requests", &self.requests)
            .field("bytes", &self.bytes)
            .finish_non_exhaustive()
    }
}

fn of_path(path: &Path, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
