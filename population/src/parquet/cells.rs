//! One column of a row group: written, and read back whole.

use std::io::Write;

use parquet::basic::Type as Physical;
use parquet::column::reader::{ColumnReader, get_typed_column_reader};
use parquet::data_type::{ByteArray, ByteArrayType, DataType, FloatType, Int32Type};
use parquet::errors::ParquetError;
use parquet::file::reader::RowGroupReader;
use parquet::file::writer::SerializedRowGroupWriter;

/// A column's cells; those of an optional column may be none.
pub(super) enum Cells {
    Whole(Vec<i32>),
    MaybeWhole(Vec<Option<i32>>),
    MaybeFloat(Vec<Option<f32>>),
    Text(Vec<ByteArray>),
}

fn parts<T: Copy>(cells: &[Option<T>]) -> (Vec<T>, Vec<i16>) {
    let values = cells.iter().filter_map(|cell| *cell).collect();
    (
        values,
        cells.iter().map(|cell| i16::from(cell.is_some())).collect(),
    )
}

/// Writes the next column.
pub(super) fn write<W: Write + Send>(
    group: &mut SerializedRowGroupWriter<'_, W>,
    cells: &Cells,
) -> Result<(), ParquetError> {
    let Some(mut column) = group.next_column()? else {
        return Err(ParquetError::General(
            "more columns than the layout has".to_owned(),
        ));
    };
    match cells {
        Cells::Whole(values) => column.typed::<Int32Type>().write_batch(values, None, None)?,
        Cells::MaybeWhole(cells) => {
            let (values, levels) = parts(cells);
            column
                .typed::<Int32Type>()
                .write_batch(&values, Some(&levels), None)?
        }
        Cells::MaybeFloat(cells) => {
            let (values, levels) = parts(cells);
            column
                .typed::<FloatType>()
                .write_batch(&values, Some(&levels), None)?
        }
        Cells::Text(values) => column.typed::<ByteArrayType>().write_batch(values, None, None)?,
    };
    column.close()
}

/// Columns of a row group, read by place.
pub(super) struct Group<'g> {
    pub(super) reader: Box<dyn RowGroupReader + 'g>,
    pub(super) rows: usize,
}

impl Group<'_> {
    fn column<T: DataType>(
        &self,
        at: usize,
        physical: Physical,
    ) -> Result<(Vec<T::T>, Vec<i16>), ParquetError> {
        let column: ColumnReader = self.reader.get_column_reader(at)?;
        let is = |reader: &ColumnReader| match reader {
            ColumnReader::Int32ColumnReader(_) => Physical::INT32,
            ColumnReader::FloatColumnReader(_) => Physical::FLOAT,
            ColumnReader::ByteArrayColumnReader(_) => Physical::BYTE_ARRAY,
            _ => Physical::BOOLEAN,
        };
        if is(&column) != physical {
            return Err(ParquetError::General("another type than the layout's".to_owned()));
        }
        let mut column = get_typed_column_reader::<T>(column);
        let (mut values, mut levels) = (Vec::with_capacity(self.rows), Vec::new());
        let mut read = 0;
        while read < self.rows {
            let (records, _, _) =
                column.read_records(self.rows - read, Some(&mut levels), None, &mut values)?;
            if records == 0 {
                return Err(ParquetError::EOF("fewer rows than the footer says".to_owned()));
            }
            read += records;
        }
        Ok((values, levels))
    }

    /// A column without gaps.
    pub(super) fn whole(&self, at: usize) -> Result<Vec<i32>, ParquetError> {
        Ok(self.column::<Int32Type>(at, Physical::INT32)?.0)
    }

    /// A column with gaps.
    pub(super) fn maybe(&self, at: usize) -> Result<Vec<Option<i32>>, ParquetError> {
        let (values, levels) = self.gapped(at)?;
        Ok(spread(values, &levels))
    }

    /// The values of a column with gaps, and for each row 1 where it has one.
    pub(super) fn gapped(&self, at: usize) -> Result<(Vec<i32>, Vec<i16>), ParquetError> {
        self.column::<Int32Type>(at, Physical::INT32)
    }

    /// A column of values with gaps.
    pub(super) fn floats(&self, at: usize) -> Result<Vec<Option<f32>>, ParquetError> {
        let (values, levels) = self.column::<FloatType>(at, Physical::FLOAT)?;
        Ok(spread(values, &levels))
    }

    /// A column of texts.
    pub(super) fn texts(&self, at: usize) -> Result<Vec<ByteArray>, ParquetError> {
        Ok(self.column::<ByteArrayType>(at, Physical::BYTE_ARRAY)?.0)
    }
}

fn spread<T>(values: Vec<T>, levels: &[i16]) -> Vec<Option<T>> {
    let mut values = values.into_iter();
    levels
        .iter()
        .map(|level| (*level == 1).then(|| values.next()).flatten())
        .collect()
}
